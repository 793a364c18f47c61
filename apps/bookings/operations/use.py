"""A use of a package pays for a booking: spent with it, given back where all money would go back, else cleared."""

from datetime import datetime
from uuid import UUID

from apps.bookings.models import Booking
from apps.bookings.operations.payment_status import derive_payment
from apps.bookings.policy import ALL_PERCENT, kept_share
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.packages import operations as packages
from apps.packages.models import Purchase
from apps.packages.queries import USE, ensure_lasts, ensure_use_left


def ensure_usable(purchase: Purchase | None, *, service_id: UUID, starts_at: datetime) -> None:
    """Raises: PackageExpired, NoUseLeft where the package cannot pay for the service then."""
    if purchase is not None:
        ensure_use_left(purchase, service_id=service_id, starts_at=starts_at)


def ensure_use_lasts(booking: Booking, starts_at: datetime) -> None:
    """Raises: PackageExpired where the use that pays for the booking is not for something that starts then."""
    if booking.has_use:
        ensure_lasts(Purchase.objects.get(uses=booking.package_use_id), starts_at)


def spend_use(booking: Booking, purchase: Purchase | None) -> None:
    """The booking that is about to be written has a use of the package, if one is to pay for it.

    Raises: PackageExpired, NoUseLeft.
    """
    if purchase is None:
        return
    booking.package_use = packages.pick_use(
        purchase=purchase, service_id=booking.service_id, starts_at=booking.starts_at
    )
    booking.covered_minor = booking.package_use.worth_minor


def end_use(booking: Booking, *, back_percent: int, reason: str, at: datetime) -> None:
    """The locked booking has ended: its use, if it still has one, can be used again where all would go back.

    Else the use stays spent, what the policy keeps of its worth clears to the business, and the rest goes to the wallet:
    it clears once the rest has left the escrow (see the handlers). Its hold is locked by the caller, or all goes back.
    """
    use_id = booking.package_use_id
    if use_id is None:
        return
    booking.refresh_from_db(fields=["use_returned_at"])  # an unpaid one has lost it by ending
    if not booking.has_use:
        return
    kept = kept_share(booking.covered_minor, back_percent)
    if back_percent == ALL_PERCENT or kept == 0:
        booking.use_returned_at = at
        booking.save(update_fields=["use_returned_at"])
        packages.refund_returned(use_id=use_id, reason=reason, at=at)
    elif hold := _held(use_id):
        back = min(booking.covered_minor - kept, hold.left_minor)
        if back:
            packages.refund_share(use_id=use_id, amount_minor=back, reason=reason, at=at)
        else:
            ledger.start_clearance(unit_type=USE, unit_id=use_id, at=at)
    derive_payment(booking.pk)


def clear_use(booking: Booking, *, at: datetime) -> None:
    """The work is done: the money of the use clears, unless a dispute has frozen it. Its hold is locked by the caller."""
    use_id = booking.package_use_id
    if use_id is not None and booking.has_use and _held(use_id):
        ledger.start_clearance(unit_type=USE, unit_id=use_id, at=at)


def _held(use_id: UUID) -> EscrowHold | None:
    """The hold of the use, where its money neither clears nor is frozen or gone."""
    hold: EscrowHold | None = EscrowHold.objects.of_unit(USE, use_id).filter(state=HoldState.HELD).first()
    return hold


def takes_use_again(booking: Booking) -> bool:
    """Whether the use that the booking let go of could be its again, where it had one; the use is locked."""
    if booking.package_use_id is None or booking.use_returned_at is None:
        return True
    return packages.is_open(booking.package_use_id, starts_at=booking.starts_at)
