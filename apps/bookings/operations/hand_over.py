"""Somebody else does a booking: the replacement that was offered, whom the customer chose, or whom the desk sends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.queries import Check, Job, check_start
from apps.bookings import machine, stakes
from apps.bookings.errors import BookingWrongState, NoSuchPerformer, StaffDeclined
from apps.bookings.events import BookingHandedOver
from apps.bookings.models import Booking
from apps.bookings.models.life import TIMERS
from apps.bookings.notices import recovery as notices
from apps.bookings.operations.create_booking import ensure_start
from apps.bookings.operations.facts import fact
from apps.bookings.operations.hold_time import hold_time
from apps.bookings.operations.lock import lock_to_act, note_act
from apps.bookings.operations.money import give_back
from apps.bookings.operations.replace import close_offer
from apps.bookings.price import NO_PREMIUM, OWNER_PREMIUM
from apps.bookings.queries.free_times import next_free_times
from apps.bookings.queries.offer import load_offer
from apps.bookings.queries.recovery import has_declined_at, is_owner_among, last_decline
from apps.bookings.states import OfferOutcome
from apps.catalog.models import StaffMember
from apps.core.events import publish

_HANDED_OVER = (
    "staff_member", "crew", "replacement", "starts_at", "ends_at", "confirmed_at", "expires_at", *TIMERS,
    "total_minor", "price_lines", "owner_premium",
)  # fmt: skip


@transaction.atomic
def accept_replacement(*, booking_id: UUID, by: Any, at: datetime) -> Booking:
    """The booking is confirmed with the replacement that was offered, whose time was held for it.

    Raises: NoSuchBooking, NotYours, BookingWrongState, NotPaid, BookingStarted.
    """
    booking, actor = lock_to_act(machine.ACCEPT_REPLACEMENT, booking_id=booking_id, by=by, at=at)
    leaving = last_decline(booking).staff_member_id
    staying = [person for person in booking.performer_ids if person != leaving]
    booking.accept(by=actor, at=at, from_id=leaving)
    availability.adopt_replacement(booking_id=booking.pk, at=at, staying=staying)
    close_offer(booking, OfferOutcome.ACCEPTED, at=at)
    _settle(booking, leaving, starts_from=booking.starts_at, by=by, at=at)
    return booking


@transaction.atomic
def choose_staff(*, booking_id: UUID, staff_id: UUID, by: Any, at: datetime, start: datetime | None = None) -> Booking:
    """The booking is confirmed with the person whom the customer chose, at its own time or at ``start``.

    Notice is asked for at a new time only: the old one was agreed. Raises: NoSuchBooking, NotYours, BookingWrongState,
    NotPaid, BookingStarted, StartInPast, StartTooFar, NoSuchPerformer, StaffDeclined; SlotTaken, whose data names the
    next free times.
    """
    booking, actor = lock_to_act(machine.CHOOSE_STAFF, booking_id=booking_id, by=by, at=at)
    old_start = booking.starts_at
    start = start or old_start
    if start != old_start:
        ensure_start(start, at)
    if has_declined_at(booking, staff_id, start):
        raise StaffDeclined
    leaving = last_decline(booking).staff_member_id
    people = [staff_id if person == leaving else person for person in booking.performer_ids]
    check = _check(booking, staff_id, people, start, at)
    ends_at = start + (booking.ends_at - old_start)
    booking.choose(by=actor, at=at, from_id=leaving, staff_id=staff_id, starts_at=start, ends_at=ends_at)
    _take_time(booking, people, check, at=at)
    close_offer(booking, OfferOutcome.PASSED, at=at)
    _settle(booking, leaving, starts_from=old_start, by=by, at=at)
    return booking


@transaction.atomic
def reassign_booking(
    *, booking_id: UUID, staff_id: UUID, by: Any, at: datetime, reason: str = "", instead_of: UUID | None = None
) -> Booking:
    """Somebody else does it at the same time, as the desk says; in a crew, in the place of ``instead_of``.

    It never costs more, and an owner's premium that falls away goes back. Raises: NoSuchBooking, NotYours, ReasonMissing,
    BookingWrongState, PartOfSession, NotPaid, BookingStarted; NoSuchPerformer, StaffDeclined, SlotTaken.
    """
    booking, actor = lock_to_act(machine.REASSIGN, booking_id=booking_id, by=by, at=at, reason=reason)
    leaving = instead_of or booking.staff_member_id
    if staff_id in booking.performer_ids:
        raise BookingWrongState("This person does it already.")
    if leaving is None or leaving not in booking.performer_ids:
        raise NoSuchPerformer(errors={"staff": [NoSuchPerformer.default_message]})
    if has_declined_at(booking, staff_id, booking.starts_at):
        raise StaffDeclined
    people = [staff_id if person == leaving else person for person in booking.performer_ids]
    check = _check(booking, staff_id, people, booking.starts_at, at)
    gone = StaffMember.all_objects.get(pk=leaving)
    booking.reassign(from_id=leaving, staff_id=staff_id, by=actor, at=at, reason=reason)
    _take_time(booking, people, check, at=at)
    _settle(booking, leaving, starts_from=booking.starts_at, by=by, at=at)
    notices.tell_taken_off(booking, gone, at=at)
    note_act(machine.REASSIGN, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


def _check(booking: Booking, staff_id: UUID, people: list[UUID], start: datetime, at: datetime) -> Check:
    job = Job(
        service_id=booking.service_id,
        staff_ids=[staff_id],
        lasts=booking.ends_at - booking.starts_at,
        place=booking.place if booking.service.places else None,
        for_user=booking.customer_id,
        ignored_booking=booking.pk,
        is_agreed=start == booking.starts_at,
    )
    check = check_start(job, start=start, at=at)
    if staff_id not in check.refusals or len(set(people)) < len(people):
        raise NoSuchPerformer(errors={"staff": [NoSuchPerformer.default_message]})
    if not set(people) <= set(check.free_staff):
        raise SlotTaken(data=next_free_times(load_offer(booking.service_id), staff_id, job, check, at))
    return check


def _take_time(booking: Booking, people: list[UUID], check: Check, *, at: datetime) -> None:
    """Raises: SlotTaken where somebody was faster, and then all is as before."""
    availability.release_time(booking_id=booking.pk, at=at)
    for person in sorted(people):
        hold_time(booking, person, check.footprint, at=at)


def _settle(booking: Booking, leaving: UUID, *, starts_from: datetime, by: Any, at: datetime) -> None:
    """The row is written, what the new person costs less goes back, and everybody hears of it."""
    back = _let_premium_fall(booking)
    booking.keep(*_HANDED_OVER)
    if back:
        give_back(booking, amount_minor=back, reason="Somebody else does it, without the owner's premium.", at=at)
    publish(
        fact(
            BookingHandedOver, booking, at=at, by_id=by.pk, from_staff_id=leaving, starts_from=starts_from,
            starts_at=booking.starts_at, refunded_minor=back,
        )
    )  # fmt: skip
    notices.tell_handed_over(booking, refund_minor=back, at=at)


def _let_premium_fall(booking: Booking) -> int:
    """Without the owner among its people the booking costs no premium; answers how much less it costs.

    The owner asks for none where somebody else was booked: a replacement never costs more.
    """
    less = stakes.premium_minor(booking)
    if booking.owner_premium == NO_PREMIUM or is_owner_among(booking, booking.performer_ids):
        return 0
    booking.price_lines = [line for line in booking.price_lines if line["kind"] != OWNER_PREMIUM]
    booking.total_minor -= less
    booking.owner_premium = NO_PREMIUM
    return less if stakes.has_held_money(booking) else 0
