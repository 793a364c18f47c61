"""Where the money of a booking is that a use of a package pays for: two holds, its own and the use's, tell it together."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.bookings.models import Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.states import UPCOMING, BookingStatus, PaymentStatus
from apps.ledger.models import EscrowHold
from apps.ledger.queries import hold_of
from apps.ledger.states import HoldState
from apps.packages.queries import USE

M = PaymentStatus
H = HoldState
_KEPT_FROM = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


def derive_payment(booking_id: UUID) -> None:
    """The booking that has, or had, a use says where its money is: in both of its holds. Others are left alone."""
    # Locked before its holds are read: of two that tell of one hold each, the second sees what the first has written.
    booking = Booking.all_objects.locked().filter(pk=booking_id, package_use__isnull=False).first()
    if booking is None:
        return
    own = hold_of(unit_type=ITEM_TYPE, unit_id=booking.pk) if booking.total_minor else None
    if booking.total_minor and own is None:
        return  # what is to be paid on top has never been
    used = hold_of(unit_type=USE, unit_id=booking.package_use_id) if booking.use_returned_at is None else None
    refunded = _gone(own, booking.total_minor) + _gone(used, booking.covered_minor)
    holds = [hold for hold in (own, used) if hold is not None]
    Booking.all_objects.filter(pk=booking.pk).update(
        payment_status=_status(
            {HoldState(hold.state) for hold in holds}, is_part_gone=refunded > 0 and booking.status not in UPCOMING
        ),
        refunded_minor=refunded,
        release_due_at=_due(holds),
    )


def with_uses(booking_ids: Collection[UUID], use_ids: Collection[UUID]) -> list[UUID]:
    """Those of the bookings that have, or had, a use, and those that have one of these uses now."""
    theirs = Q(pk__in=booking_ids, package_use__isnull=False)
    if use_ids:
        theirs |= Q(package_use__in=use_ids, use_returned_at__isnull=True)
    return list(Booking.all_objects.filter(theirs).order_by("pk").values_list("pk", flat=True))


def waits_to_clear(unit_type: str, unit_id: UUID, *, left_minor: int) -> bool:
    """Whether what is left of the hold was kept from a late cancellation or a no-show, and does not clear yet."""
    ended = Booking.all_objects.filter(status__in=_KEPT_FROM).exclude(payment_status=M.FROZEN)
    if unit_type == USE:
        kept = ended.filter(package_use=unit_id, use_returned_at__isnull=True, covered_minor__gt=left_minor)
    else:
        kept = ended.filter(pk=unit_id, total_minor__gt=left_minor)
    return kept.exists() and EscrowHold.objects.of_unit(unit_type, unit_id).filter(state=H.HELD).exists()


def _gone(hold: EscrowHold | None, due_minor: int) -> int:
    return 0 if hold is None else max(due_minor - (hold.gross_minor - hold.refunded_minor), 0)


def _status(states: set[HoldState], *, is_part_gone: bool) -> PaymentStatus:
    if H.FROZEN in states:
        return M.FROZEN
    if states <= {H.REFUNDED}:  # or its use was given back, and nothing was paid beside it
        return M.REFUNDED
    if is_part_gone:
        return M.PARTIALLY_REFUNDED
    if H.PENDING_CLEARANCE in states:
        return M.PENDING_CLEARANCE
    return M.HELD if H.HELD in states else M.RELEASED


def _due(holds: list[EscrowHold]) -> datetime | None:
    clearing = [hold.release_due_at for hold in holds if hold.state == H.PENDING_CLEARANCE and hold.release_due_at]
    return min(clearing, default=None)
