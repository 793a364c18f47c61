"""The work itself: begun under the person's lock, ticked off, done, and its money let go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.queries import locked_until
from apps.bookings import machine, notices
from apps.bookings.action import Actor
from apps.bookings.errors import NothingToRelease, PersonBusy, SopItemUnknown
from apps.bookings.events import BookingCompleted, BookingStarted
from apps.bookings.models import Booking
from apps.bookings.models.life import TIMERS
from apps.bookings.operations.bill_extras import bill_extras
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import (
    ITEM_TYPE,
    allow,
    lock_booking,
    lock_holds,
    lock_to_act,
    lock_with_money,
    note_act,
)
from apps.bookings.operations.use import clear_use
from apps.bookings.queries.viewer import find_visible, viewer_of
from apps.core import clock
from apps.core.events import publish
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState, ReleaseReason


@transaction.atomic
def start_booking(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The work is under way, and nothing else may start for its people until it is done.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, NotPaid; PersonBusy, with ``data.until``.
    """
    people = find_visible(viewer_of(by), booking_id).performer_ids
    availability.lock_people(people)
    booking, actor = lock_to_act(machine.START, booking_id=booking_id, by=by, at=at, reason=reason)
    for person in people:
        until = locked_until(staff_member_id=person, at=at)
        if until is not None:
            raise PersonBusy(data={"until": clock.iso(until)})
    availability.mark_running(booking_id=booking.pk, at=at)
    begin(booking, actor, at=at, reason=reason)
    note_act(machine.START, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


def begin(booking: Booking, actor: Actor, *, at: datetime, reason: str) -> None:
    """The locked booking is in progress, and its customer knows."""
    booking.start(by=actor, at=at, reason=reason)
    booking.keep("actual_start_time", *TIMERS)
    publish(fact(BookingStarted, booking, at=at, by_id=actor.user_id))
    notices.tell_started(booking, at=at)


@transaction.atomic
def tick_items(*, booking_id: UUID, items: Mapping[str, bool], by: Any, at: datetime, reason: str = "") -> Booking:
    """The named items of the checklist are ticked, or open again; each says who did it and when.

    Raises: NoSuchBooking, NotYours, BookingWrongState, SopItemUnknown.
    """
    booking, actor = lock_to_act(machine.TICK_SOP, booking_id=booking_id, by=by, at=at, reason=reason)
    unknown = sorted(set(items) - {item["id"] for item in booking.sop_checklist})
    if unknown:
        raise SopItemUnknown(errors={"items": [f"{key}: {SopItemUnknown.default_message}" for key in unknown]})
    for item in booking.sop_checklist:
        if item["id"] in items:
            is_done = items[item["id"]]
            item["done"] = is_done
            item["by"] = str(by.pk) if is_done else None
            item["at"] = clock.iso(at) if is_done else None
    booking.save(update_fields=["sop_checklist"])
    note_act(machine.TICK_SOP, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


@transaction.atomic
def complete_booking(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The work is done: the rest of its time is free, and its money clears.

    Money that a dispute has frozen stays so. Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState,
    SopIncomplete, whose data names the open items.
    """
    booking, actor, hold = lock_with_money(machine.COMPLETE, booking_id=booking_id, by=by, at=at, reason=reason)
    availability.shorten_time(booking_id=booking.pk, ended_at=at, at=at)
    finish(booking, actor, hold, at=at, reason=reason)
    note_act(machine.COMPLETE, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


def finish(booking: Booking, actor: Actor, hold: EscrowHold | None, *, at: datetime, reason: str) -> None:
    """The locked booking is complete, and the money of its locked hold clears, as does that of its use."""
    booking.complete(by=actor, at=at, reason=reason)
    booking.keep("actual_end_time", "duration_minutes", *TIMERS)
    if hold is not None and hold.state == HoldState.HELD:
        ledger.start_clearance(unit_type=ITEM_TYPE, unit_id=booking.pk, at=at)
    clear_use(booking, at=at)
    bill_extras(booking, at=at)
    publish(
        fact(
            BookingCompleted, booking, at=at, by_id=actor.user_id, duration_minutes=booking.duration_minutes,
            total_minor=booking.total_minor, currency=booking.currency,
        )
    )  # fmt: skip
    notices.tell_completed(booking, at=at)


@transaction.atomic
def confirm_release(*, booking_id: UUID, by: Any, at: datetime) -> Booking:
    """The customer is content: the money goes to the business now.

    The hold decides, not the booking's row, which is written after it. Raises: NoSuchBooking, NotYours,
    BookingWrongState, NothingToRelease where it has gone already.
    """
    viewer = viewer_of(by)
    booking = find_visible(viewer, booking_id)
    actor = allow(machine.CONFIRM_RELEASE, booking, viewer)
    holds = lock_holds(booking_id)
    booking = lock_booking(booking_id)
    refusal = machine.CONFIRM_RELEASE.refusal(booking, actor.party, at)
    if refusal is not None:
        raise refusal
    clearing = [hold for hold in holds if hold.state == HoldState.PENDING_CLEARANCE]
    if not clearing:
        raise NothingToRelease
    for hold in clearing:
        ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=by, at=at)
    return booking
