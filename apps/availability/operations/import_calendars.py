"""Other calendars of a person: adding one, and letting it go."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from apps.availability.errors import AddressRefused, CalendarKnown, NoSuchCalendar, TooManyCalendars
from apps.availability.models import ImportedCalendar
from apps.availability.operations.lock_people import lock_people
from apps.core import audit, encryption, outgoing
from apps.core.database import call_function
from apps.core.outbox import after_commit

MOST = 10
READ = "apps.availability.tasks.read_calendar"


@transaction.atomic
def add_calendar(*, staff_member_id: UUID, name: str, address: str, by: Any, at: datetime) -> ImportedCalendar:
    """What the calendar says is taken will be the person's busy time, from its first reading on, which comes at once.

    Raises: NoSuchPerson, AddressRefused, CalendarKnown, TooManyCalendars.
    """
    address = _https(address.strip())
    try:
        outgoing.checked_address(address)
    except outgoing.NotRead as refusal:
        raise AddressRefused(errors={"address": [refusal.message]}) from refusal
    lock_people([staff_member_id])
    own = ImportedCalendar.objects.filter(staff_member_id=staff_member_id)
    digest = encryption.digest(address)
    if own.filter(digest=digest).exists():
        raise CalendarKnown
    if own.count() >= MOST:
        raise TooManyCalendars
    host = urlsplit(address).hostname or ""
    calendar: ImportedCalendar = ImportedCalendar.objects.create(
        staff_member_id=staff_member_id,
        name=name or host[:80],
        address=address,
        digest=digest,
        host=host,
        added_by=by,
        next_read_at=at,
        created_at=at,
    )
    audit.record("availability.calendar_added", target=calendar, by=by, at=at, after={"host": host})
    after_commit(READ, calendar_id=str(calendar.pk))
    return calendar


@transaction.atomic
def remove_calendar(*, calendar_id: UUID, by: Any, at: datetime) -> None:
    """The calendar takes none of the person's time any more, and its address is forgotten. Raises: NoSuchCalendar."""
    calendar = ImportedCalendar.objects.locked().select_related("staff_member").filter(pk=calendar_id).first()
    if calendar is None:
        raise NoSuchCalendar
    person = calendar.staff_member.user_id
    audit.record("availability.calendar_removed", target=calendar, by=by, at=at, before={"host": calendar.host})
    calendar.delete()
    lay_imports(person, at=at)


def forget_calendars(*, user_id: UUID, at: datetime) -> None:
    """No address of a calendar, and nothing that one said, is left of somebody who is gone. Within a transaction."""
    ImportedCalendar.objects.filter(staff_member__user_id=user_id).delete()
    lay_imports(user_id, at=at)


def lay_imports(person_id: UUID, *, at: datetime) -> None:
    """The person's busy time has in it what their calendars say, wherever it was not taken before."""
    call_function("availability_lay_imports", person_id, at, True)  # it waits its turn


def _https(address: str) -> str:
    """Calendar programs write webcal for what is read by https."""
    scheme, colon, rest = address.partition(":")
    return f"https:{rest}" if colon and scheme.lower() in {"webcal", "webcals"} else address
