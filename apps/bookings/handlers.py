"""What bookings do when an app below them states a fact. Holds are locked by whoever states facts about them."""

from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from apps.accounts.events import UserErased
from apps.availability.events import HoldsOverdue, SlotChanged
from apps.bookings import operations
from apps.bookings.extras import ITEM_TYPE as EXTRA
from apps.bookings.models import Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.ledger import operations as ledger
from apps.ledger.events import ClearanceStarted, EscrowFrozen, EscrowRefunded, EscrowReleased, EscrowUnfrozen
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.payments.events import PaymentCaptured, PaymentPending

M = PaymentStatus
_KEPT_FROM = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


def confirm_paid_bookings(event: PaymentCaptured) -> None:
    """Every booking that the payment is for is confirmed or awaits approval; the money of an ended one goes back."""
    for booking_id in _bookings_among(event.allocations):
        operations.receive_money(booking_id=booking_id, at=event.captured_at)


def receive_extras_money(event: PaymentCaptured) -> None:
    """Everything added to jobs that the payment is for is paid; what was waived meanwhile goes back."""
    for item in sorted(event.allocations, key=lambda item: item.item_id):
        if item.item_type == EXTRA:
            operations.receive_extra_money(extra_id=item.item_id, payment_id=event.payment_id, at=event.captured_at)


def note_extra_refund(event: EscrowRefunded) -> None:
    """The extra says that all of its money went back."""
    if event.unit_type == EXTRA and event.left_minor == 0:
        operations.note_extra_returned(extra_id=event.unit_id, at=event.refunded_at)


def wait_for_money(event: PaymentPending) -> None:
    """Bookings whose money is on its way, such as by bank transfer, are given more time."""
    for booking_id in _bookings_among(event.allocations):
        operations.give_time(booking_id=booking_id, at=event.noticed_at)


def end_overdue_holds(event: HoldsOverdue) -> None:
    """Unpaid bookings that stand in somebody's way and have run out are expired."""
    operations.expire_bookings(event.booking_ids, at=event.at)


def offer_seats(event: SlotChanged) -> None:
    """Seats that a slot has more are offered to those who wait for them."""
    operations.offer_seats([event.slot_id], at=event.at)


def forget_customer(event: UserErased) -> None:
    """Nothing personal is left in the bookings of somebody who is gone."""
    operations.forget_customer(user_id=event.user_id, at=event.erased_at)


def note_clearance(event: ClearanceStarted) -> None:
    """The booking says that its money clears, and until when."""
    if event.unit_type == ITEM_TYPE:
        _of(event.unit_id).update(
            payment_status=_unless_refunded(M.PENDING_CLEARANCE), release_due_at=event.release_due_at
        )


def note_release(event: EscrowReleased) -> None:
    """The bookings say that the business has their money."""
    released = [release.unit_id for release in event.releases if release.unit_type == ITEM_TYPE]
    if released:
        bookings = Booking.all_objects.filter(pk__in=released)
        bookings.update(payment_status=_unless_refunded(M.RELEASED), release_due_at=None)


def note_refund(event: EscrowRefunded) -> None:
    """The booking says how much went back; what a late cancellation or a no-show keeps begins to clear."""
    if event.unit_type != ITEM_TYPE:
        return
    # Told by what is left, not by what went: a premium that fell away left the price before it leaves the escrow.
    refunded = {"refunded_minor": Greatest(F("total_minor") - event.left_minor, 0)}
    if event.left_minor == 0:
        _of(event.unit_id).update(payment_status=M.REFUNDED, release_due_at=None, **refunded)
        return
    status = Case(
        When(Q(payment_status=M.FROZEN) | Q(total_minor__lte=event.left_minor), then=F("payment_status")),
        default=Value(M.PARTIALLY_REFUNDED),
    )
    _of(event.unit_id).update(payment_status=status, **refunded)
    waits_to_clear = Q(status__in=_KEPT_FROM, release_due_at__isnull=True, total_minor__gt=event.left_minor)
    waits_to_clear &= ~Q(payment_status=M.FROZEN)
    if _of(event.unit_id).filter(waits_to_clear).exists():
        ledger.start_clearance(unit_type=ITEM_TYPE, unit_id=event.unit_id, at=event.refunded_at)


def note_freeze(event: EscrowFrozen) -> None:
    """The booking says that its money waits for a decision."""
    if event.unit_type == ITEM_TYPE:
        _of(event.unit_id).update(payment_status=M.FROZEN)


def note_unfreeze(event: EscrowUnfrozen) -> None:
    """The booking says where its money is again."""
    if event.unit_type == ITEM_TYPE:
        is_held = EscrowHold.objects.get(pk=event.hold_id).state == HoldState.HELD
        _of(event.unit_id).update(payment_status=_unless_refunded(M.HELD if is_held else M.PENDING_CLEARANCE))


def _unless_refunded(status: PaymentStatus) -> Case:
    return Case(When(refunded_minor__gt=0, then=Value(M.PARTIALLY_REFUNDED)), default=Value(status))


def _of(booking_id: UUID) -> Any:
    return Booking.all_objects.filter(pk=booking_id)


def _bookings_among(items: Any) -> list[UUID]:
    return sorted({item.item_id for item in items if item.item_type == ITEM_TYPE})
