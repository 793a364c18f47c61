"""Where a refund's money comes from: what is held, or, after its release, what the business or the performer has."""

from datetime import datetime
from typing import Any

from apps.credits.operations import lock_purse, take_bought
from apps.ledger import operations as ledger
from apps.ledger.errors import HoldAlreadyReleased
from apps.ledger.states import RefundDestination as LedgerDestination
from apps.payments.errors import NotRefundable
from apps.payments.models import PaymentAllocation, Refund
from apps.payments.operations.parts import divide, elsewhere, give_credits_back
from apps.payments.states import Destination


def take_back(refund: Refund, *, after_release: bool, at: datetime) -> None:
    """Each part of the refund is where it came from or at its destination: out of the hold, or taken back where it may be
    ``after_release``. The payment's row is locked by the caller.

    Of released money the business gives what it can withdraw and owes the rest; the same of tips and their performers.
    The platform gives back what it sold itself. Bought credits go back by nobody's wish but a bank's or a gateway's.
    Raises: as ``ledger.refund_hold``; NotRefundable for a tip that may not be taken back, and for what is held nowhere.
    """
    share: PaymentAllocation = refund.allocation
    if share.destination == Destination.CREDITS and refund.is_ours:
        raise NotRefundable
    divide(refund)
    if refund.credits_minor or refund.promotions_minor:
        lock_purse(refund.payment.payer_id)
    about: dict[str, Any] = {
        "amount_minor": refund.amount_minor, "destination": LedgerDestination(refund.destination),
        "reason": refund.reason, "at": at, "idempotency_key": f"refund:{refund.pk}",
    }  # fmt: skip
    if share.destination == Destination.CREDITS:
        take_bought(purchase_id=share.item_id, refund_id=refund.pk, amount_minor=refund.amount_minor, at=at)
        ledger.recover_credits(
            customer_id=refund.payment.payer_id, payment_id=refund.payment_id, gateway=refund.gateway,
            currency=refund.currency, **about,
        )  # fmt: skip
        refund.has_left_escrow = True
        return
    about["elsewhere"] = elsewhere(refund)
    if share.destination == Destination.PERFORMER:
        if not after_release or share.performer_id is None:
            raise NotRefundable
        ledger.recover_tip(
            performer_id=share.performer_id, customer_id=refund.payment.payer_id, payment_id=refund.payment_id,
            gateway=refund.gateway, currency=refund.currency, **about,
        )  # fmt: skip
    elif share.destination == Destination.PLATFORM:
        ledger.return_revenue(
            customer_id=refund.payment.payer_id, payment_id=refund.payment_id, gateway=refund.gateway,
            currency=refund.currency, **about,
        )  # fmt: skip
    elif share.hold_id is None:
        raise NotRefundable
    else:
        try:
            ledger.refund_hold(hold_id=share.hold_id, by=refund.decided_by, **about)
        except HoldAlreadyReleased:
            if not after_release:
                raise
            ledger.recover_hold(hold_id=share.hold_id, by=refund.decided_by, **about)
    give_credits_back(refund, at=at)
    refund.has_left_escrow = True
