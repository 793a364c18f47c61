"""The trigger by which a booking has a use of a package, one at a time, and lets go of it."""

import pgtrigger

from apps.bookings.states import SEATLESS, PaymentStatus

_ENDED = ", ".join(f"'{state.value}'" for state in SEATLESS)
# A booking that ends unpaid keeps no use, whoever ends it; whether a paid one does is its policy's, which the operation
# applies by setting ``use_returned_at``. One that is revived has to get its use again.
_FUNCTION = f"""
    IF NEW.package_use_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status NOT IN ({_ENDED}) AND NEW.status IN ({_ENDED})
       AND OLD.payment_status = '{PaymentStatus.PENDING_PAYMENT.value}' AND NEW.use_returned_at IS NULL THEN
        NEW.use_returned_at := NEW.changed_at;
    END IF;
    IF TG_OP = 'INSERT' OR (OLD.use_returned_at IS NOT NULL AND NEW.use_returned_at IS NULL) THEN
        PERFORM packages_spend_use(
            NEW.package_use_id, NEW.id, NEW.customer_id, NEW.service_id, NEW.starts_at, NEW.changed_at);
    ELSIF OLD.use_returned_at IS NULL AND NEW.use_returned_at IS NOT NULL THEN
        PERFORM packages_return_use(NEW.package_use_id, NEW.id, NEW.use_returned_at);
    END IF;
    RETURN NEW;
"""

USE_TRIGGER = pgtrigger.Trigger(
    name="booking_has_its_use",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "use_returned_at"),
    func=_FUNCTION,
)
