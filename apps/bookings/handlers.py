"""What bookings do when an app below them states a fact. Holds are locked by whoever states facts about them."""

from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from apps.accounts.events import GuestTakenOver, UserErased
from apps.availability.events import HoldsOverdue, SlotChanged
from apps.bookings import operations
from apps.bookings.extras import ITEM_TYPE as EXTRA
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.operations.tip import ITEM_TYPE as TIP
from apps.bookings.states import UPCOMING, PaymentStatus
from apps.ledger import operations as ledger
from apps.ledger.events import (
    ClearanceStarted,
    EscrowFrozen,
    EscrowRecovered,
    EscrowRefunded,
    EscrowReleased,
    EscrowUnfrozen,
)
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.packages.queries import USE
from apps.payments.events import PaymentCaptured, PaymentPending

M = PaymentStatus


def confirm_paid_bookings(event: PaymentCaptured) -> None:
    """Every booking that the payment is for is confirmed or awaits approval; the money of an ended one goes back.

    All are locked before any slot is: money that comes late takes seats again.
    """
    paid = _bookings_among(event.allocations)
    if len(paid) > 1:
        list(Booking.objects.filter(pk__in=paid).locked().values_list("pk"))
    bookings = [operations.receive_money(booking_id=booking_id, at=event.captured_at) for booking_id in paid]
    operations.tell_courses_later(booking.parent_id for booking in bookings if booking.parent_id is not None)


def receive_extras_money(event: PaymentCaptured) -> None:
    """Everything added to jobs that the payment is for is paid; what was waived meanwhile goes back."""
    for item in sorted(event.allocations, key=lambda item: item.item_id):
        if item.item_type == EXTRA:
            operations.receive_extra_money(extra_id=item.item_id, payment_id=event.payment_id, at=event.captured_at)


def receive_tips(event: PaymentCaptured) -> None:
    """Every tip that the payment is for is paid, and its performer knows."""
    for item in sorted(event.allocations, key=lambda item: item.item_id):
        if item.item_type == TIP:
            operations.receive_tip_money(tip_id=item.item_id, at=event.captured_at)


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


def hand_over_guests_bookings(event: GuestTakenOver) -> None:
    """What somebody booked as a guest, or a desk for them, is on their account."""
    Booking.all_objects.filter(customer_id=event.guest_id).update(customer_id=event.user_id)
    AddedExtra.objects.filter(customer_id=event.guest_id).update(customer_id=event.user_id)


def note_clearance(event: ClearanceStarted) -> None:
    """The booking says that its money clears, and until when."""
    if event.unit_type == ITEM_TYPE:
        _plain(event.unit_id).update(
            payment_status=_unless_refunded(M.PENDING_CLEARANCE), release_due_at=event.release_due_at
        )
    _tell_together(event.unit_type, event.unit_id)


def note_release(event: EscrowReleased) -> None:
    """The bookings say that the business has their money."""
    released = [release.unit_id for release in event.releases if release.unit_type == ITEM_TYPE]
    if released:
        bookings = Booking.all_objects.filter(pk__in=released)
        bookings.update(payment_status=_unless_refunded(M.RELEASED), release_due_at=None)
    used = [release.unit_id for release in event.releases if release.unit_type == USE]
    if used or released:
        for booking_id in operations.with_uses(released, used):
            operations.derive_payment(booking_id)


def note_refund(event: EscrowRefunded) -> None:
    """The booking says how much went back; what a late cancellation or a no-show keeps begins to clear."""
    if event.unit_type not in {ITEM_TYPE, USE}:
        return
    if event.unit_type == ITEM_TYPE:
        _note_refunded(event)
    _tell_together(event.unit_type, event.unit_id)
    if event.left_minor and operations.waits_to_clear(event.unit_type, event.unit_id, left_minor=event.left_minor):
        ledger.start_clearance(unit_type=event.unit_type, unit_id=event.unit_id, at=event.refunded_at)


def _note_refunded(event: EscrowRefunded) -> None:
    # Told by what is left, not by what went: a premium that fell away left the price before it leaves the escrow. As long
    # as the job may yet take place, what is left is held for it as the whole was.
    refunded = {"refunded_minor": Greatest(F("total_minor") - event.left_minor, 0)}
    if event.left_minor == 0:
        _plain(event.unit_id).update(payment_status=M.REFUNDED, release_due_at=None, **refunded)
        return
    status = Case(
        When(Q(payment_status=M.FROZEN) | Q(total_minor__lte=event.left_minor), then=F("payment_status")),
        When(payment_status=M.HELD, status__in=UPCOMING, then=F("payment_status")),
        default=Value(M.PARTIALLY_REFUNDED),
    )
    _plain(event.unit_id).update(payment_status=status, **refunded)


def note_recovery(event: EscrowRecovered) -> None:
    """The booking says how much went back after its release."""
    if event.unit_type == ITEM_TYPE:
        _plain(event.unit_id).update(
            payment_status=M.PARTIALLY_REFUNDED if event.left_minor else M.REFUNDED,
            refunded_minor=Greatest(F("total_minor") - event.left_minor, 0),
        )


def note_freeze(event: EscrowFrozen) -> None:
    """The booking says that its money waits for a decision."""
    if event.unit_type == ITEM_TYPE:
        _plain(event.unit_id).update(payment_status=M.FROZEN)
    _tell_together(event.unit_type, event.unit_id)


def note_unfreeze(event: EscrowUnfrozen) -> None:
    """The booking says where its money is again."""
    if event.unit_type == ITEM_TYPE:
        hold = EscrowHold.objects.get(pk=event.hold_id)
        is_held = hold.state == HoldState.HELD
        status = Value(M.HELD) if is_held else _unless_refunded(M.PENDING_CLEARANCE)
        _plain(event.unit_id).update(payment_status=status, release_due_at=hold.release_due_at)
    _tell_together(event.unit_type, event.unit_id)


def _tell_together(unit_type: str, unit_id: UUID) -> None:
    """A booking for which a use of a package pays says where the money of both its holds is."""
    own, used = ([unit_id] if unit_type == each else [] for each in (ITEM_TYPE, USE))
    if own or used:
        for booking_id in operations.with_uses(own, used):
            operations.derive_payment(booking_id)


def _unless_refunded(status: PaymentStatus) -> Case:
    return Case(When(refunded_minor__gt=0, then=Value(M.PARTIALLY_REFUNDED)), default=Value(status))


def _plain(booking_id: UUID) -> Any:
    """The booking, where it is paid for by itself, and not in cash: what comes and goes in escrow then is not its own."""
    return Booking.all_objects.filter(pk=booking_id, package_use__isnull=True).exclude(payment_status=M.CASH)


def _bookings_among(items: Any) -> list[UUID]:
    return sorted({item.item_id for item in items if item.item_type == ITEM_TYPE})
