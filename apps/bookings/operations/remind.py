"""Reminders of what is near: once for each booking, person and kind, however many sweeps run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When

from apps.bookings.models import Booking, Participant, Reminder
from apps.bookings.notices import reminders as notices
from apps.bookings.reminders import leads, reminder_of
from apps.bookings.states import BookingStatus
from apps.catalog.models import StaffMember


@transaction.atomic
def send_reminders(*, at: datetime, limit: int) -> int:
    """Customers and staff of up to ``limit`` bookings have the reminder that is due; the host of a session has one for all.

    A handful of statements for all of them. What is of no use any more is dropped (see ``reminders``).
    """
    due = list(Booking.objects.with_people().select_related("slot__service").to_remind(at).claimed(limit))
    if not due:
        return 0
    sent = _write(due, at=at)
    seated = _seated({reminder.slot_id for _booking, reminder in sent if reminder.slot_id})
    notices.tell_reminders(sent, seated, at=at)
    _set_next(due, at=at)
    return len(due)


def _write(due: Sequence[Booking], *, at: datetime) -> list[tuple[Booking, Reminder]]:
    """The reminders that nobody has had, written, each with its booking."""
    users = _users_of(due)
    wanted = [each for booking in due for each in _reminders_of(booking, users, at)]
    # One order for all, so that two sweeps that remind the same host never wait for each other in a circle.
    wanted.sort(key=lambda each: (str(each[1].slot_id), str(each[1].booking_id), str(each[1].person_id)))
    Reminder.objects.bulk_create([reminder for _booking, reminder in wanted], ignore_conflicts=True)
    written = set(
        Reminder.objects.filter(pk__in=[reminder.pk for _booking, reminder in wanted]).values_list("pk", flat=True)
    )
    return [(booking, reminder) for booking, reminder in wanted if reminder.pk in written]


def _reminders_of(booking: Booking, users: dict[UUID, UUID], at: datetime) -> list[tuple[Booking, Reminder]]:
    kind = reminder_of(booking.starts_at, at=at)
    if kind is None:
        return []
    told = {"kind": kind, "starts_at": booking.starts_at, "at": at}
    customer = Reminder(booking=booking, person_id=booking.customer_id, **told)
    performers = dict.fromkeys(users[key] for key in booking.performer_ids if key in users)
    if booking.slot_id is None:
        others = [person for person in performers if person != booking.customer_id]
        staff = [Reminder(booking=booking, person_id=person, **told) for person in others]
    else:
        staff = [Reminder(slot_id=booking.slot_id, person_id=person, **told) for person in performers]
    return [(booking, reminder) for reminder in (customer, *staff)]


def _users_of(due: Sequence[Booking]) -> dict[UUID, UUID]:
    """The people behind the performers; those of crews take a query."""
    staff = [booking.staff_member for booking in due if booking.staff_member is not None]
    known: dict[UUID, UUID] = {each.pk: each.user_id for each in staff}
    crews = {person for booking in due for person in booking.crew} - set(known)
    if crews:
        known |= dict(StaffMember.all_objects.filter(pk__in=crews).values_list("pk", "user_id"))
    return known


def _seated(slot_ids: set[UUID]) -> dict[UUID, list[str]]:
    """Who has a confirmed seat of each session, in the order in which they were booked."""
    names: dict[UUID, list[str]] = {slot_id: [] for slot_id in slot_ids}
    if slot_ids:
        seats = Participant.objects.filter(booking__slot_id__in=slot_ids, booking__status=BookingStatus.CONFIRMED)
        for slot_id, name in seats.order_by("booking_id", "position").values_list("booking__slot_id", "name"):
            names[slot_id].append(name)
    return names


def _set_next(due: Sequence[Booking], *, at: datetime) -> None:
    ahead = [When(starts_at__gt=at + lead, then=F("starts_at") - lead) for _kind, lead in leads()]
    upcoming = Case(*ahead, default=Value(None), output_field=DateTimeField())
    Booking.objects.filter(pk__in=[booking.pk for booking in due]).update(remind_at=upcoming, updated_at=at)
