"""The line for a seat of a full session: joined, left, offered to in turn, answered or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability import operations as availability
from apps.availability.errors import SlotClosed
from apps.availability.models import CapacitySlot
from apps.bookings.errors import AlreadyWaiting, NoOffer, NoSuchEntry, SeatsFree, SlotUnknown
from apps.bookings.models import Booking, WaitingEntry
from apps.bookings.operations.book_seats import ensure_booked_alone, ensure_fits, make_room, take
from apps.bookings.operations.seats import closing_of, offer_free_seats, offer_seats
from apps.bookings.operations.types import SeatRequest
from apps.bookings.queries.offer import ensure_bookable, load_offer
from apps.bookings.states import WaitState


@transaction.atomic
def join_line(*, slot_id: UUID, service_id: UUID | None, customer: User, at: datetime) -> WaitingEntry:
    """The customer is the last in the line for a seat.

    Raises: NoSuchSlot, SlotUnknown, NotBookable; PartOfCourse; SlotClosed; SeatsFree where a seat can be booked; AlreadyWaiting.
    """
    slot = availability.lock_slot(slot_id)
    ensure_booked_alone(slot)
    wanted = service_id or slot.service_id
    if wanted is None:
        raise SlotUnknown(errors={"service": ["Say for which service."]})
    offer = load_offer(wanted)
    ensure_bookable(offer, at)
    ensure_fits(slot, offer)
    if not slot.is_open or at >= closing_of(slot):
        raise SlotClosed
    if WaitingEntry.objects.live().filter(slot=slot, customer=customer).exists():
        raise AlreadyWaiting
    make_room(slot, customer_id=None, at=at)
    if slot.free_seats:
        raise SeatsFree
    return WaitingEntry.objects.create(
        slot=slot, service_id=wanted, customer=customer, waits_until=slot.starts_at, created_at=at
    )


@transaction.atomic
def leave_line(*, slot_id: UUID, customer: User, at: datetime) -> None:
    """The customer waits no more; what was offered to them is offered to the next. Raises: NoSuchEntry."""
    slot, entry = _lock_entry(slot_id, customer)
    _close([entry], WaitState.LEFT, at=at)
    offer_seats([slot.pk], at=at)


@transaction.atomic
def accept_seat(*, slot_id: UUID, customer: User, at: datetime, **wishes: Any) -> Booking:
    """The seat that was offered is booked, with half an hour of its own to pay.

    Raises: NoSuchEntry; NoOffer, also where it has run out; and as a booking of the seat.
    """
    slot, entry = _lock_entry(slot_id, customer)
    if entry.state != WaitState.OFFERED or entry.offer_expires_at is None or entry.offer_expires_at <= at:
        raise NoOffer
    # The offer held the seat; within this transaction it passes to the booking, under the slot's lock.
    _close([entry], WaitState.LAPSED, at=at)
    slot.refresh_from_db(fields=["booked_count"])
    request = SeatRequest(service_id=entry.service_id, slot_id=slot.pk, **wishes)
    booking = take(slot, request=request, customer=customer, at=at)
    entry.state, entry.booking = WaitState.ACCEPTED, booking
    entry.save(update_fields=["state", "booking"])
    return booking


@transaction.atomic
def lapse_offers(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` offers that nobody answered in time have passed to the next in line."""
    due = list(WaitingEntry.objects.lapsing(at).values_list("pk", "slot_id")[:limit])
    for slot_id in sorted({slot_id for _pk, slot_id in due}):
        slot = availability.lock_slot(slot_id)
        entries = list(WaitingEntry.objects.lapsing(at).filter(slot=slot).order_by("pk").locked())
        _close(entries, WaitState.LAPSED, at=at)
        slot.refresh_from_db(fields=["booked_count"])
        offer_free_seats(slot, at=at)
    return len(due)


@transaction.atomic
def end_waits(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` people whose session has begun without them wait no more."""
    ended = [entry.pk for entry in WaitingEntry.objects.in_vain(at).claimed(limit)]
    WaitingEntry.objects.filter(pk__in=ended).update(state=WaitState.LAPSED, closed_at=at, updated_at=at)
    return len(ended)


@transaction.atomic
def leave_all_lines(*, user_id: UUID, at: datetime) -> None:
    """Somebody who is gone waits for nothing."""
    entries = WaitingEntry.objects.live().filter(customer_id=user_id)
    for slot_id in entries.order_by("slot_id").values_list("slot_id", flat=True):
        slot = availability.lock_slot(slot_id)
        _close(list(entries.filter(slot=slot).locked()), WaitState.LEFT, at=at)
        offer_seats([slot.pk], at=at)


def close_line(slot_id: UUID, *, at: datetime) -> None:
    """Nobody waits for a seat of the locked slot any more: it will not take place."""
    _close(list(WaitingEntry.objects.live().locked().filter(slot_id=slot_id)), WaitState.LAPSED, at=at)


def _lock_entry(slot_id: UUID, customer: User) -> tuple[CapacitySlot, WaitingEntry]:
    """The customer's live entry and its slot, which is locked first. Raises: NoSuchEntry, also where there is no slot."""
    own = WaitingEntry.objects.live().filter(slot_id=slot_id, customer=customer)
    if not own.exists():
        raise NoSuchEntry
    slot = availability.lock_slot(slot_id)
    entry = own.locked().first()
    if entry is None:
        raise NoSuchEntry
    return slot, entry


def _close(entries: Sequence[WaitingEntry], state: WaitState, *, at: datetime) -> None:
    for entry in entries:
        entry.state, entry.closed_at = state, at
        entry.save(update_fields=["state", "closed_at"])
