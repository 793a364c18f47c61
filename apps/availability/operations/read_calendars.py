"""Reading other calendars again: claim (a transaction), read (none), record (a transaction).

One that cannot be read keeps what it said last, and is tried again, ever more rarely. What it said is laid out again each
time, whatever came of the reading: so nothing that was freed at the very moment of the last one stays free for long.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.availability.calendar_reading import Reading, Unreadable, busy_times
from apps.availability.models import ImportedCalendar, ImportedSpan, WeeklySchedule
from apps.availability.operations.import_calendars import lay_imports
from apps.core import outgoing
from apps.core.conf import timer

LEASE = timedelta(minutes=5)
LARGEST = 2 * 1024 * 1024
SECONDS = 20.0
BEFORE = timedelta(days=1)
AHEAD = timedelta(days=400)
LONGEST_PAUSE = timedelta(hours=6)
_HEADERS = {"User-Agent": "The Guild calendar reader", "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class News:
    """What a calendar said: something, or (without a reading) nothing new."""

    reading: Reading | None
    digest: str = ""
    etag: str = ""
    last_modified: str = ""


def read_calendars(*, at: datetime, limit: int) -> int:
    """At most ``limit`` calendars that are due have been read; answers how many. Safe in several places at once."""
    claimed = _claim(ImportedCalendar.objects.due(at), at=at, limit=limit)
    for calendar in claimed:
        _read_one(calendar, at=at)
    return len(claimed)


def read_calendar(*, calendar_id: UUID, at: datetime) -> None:
    """The calendar has been read, if it is due."""
    for calendar in _claim(ImportedCalendar.objects.due(at).filter(pk=calendar_id), at=at, limit=1):
        _read_one(calendar, at=at)


@transaction.atomic
def _claim(due: object, *, at: datetime, limit: int) -> list[ImportedCalendar]:
    keys = [calendar.pk for calendar in due.claimed(limit)]  # type: ignore[attr-defined]  # a queryset of ours
    ImportedCalendar.objects.filter(pk__in=keys).update(reads=F("reads") + 1, next_read_at=at + LEASE)
    claimed = ImportedCalendar.objects.select_related("staff_member__business")
    return list(claimed.filter(pk__in=keys).order_by("pk"))


def _read_one(calendar: ImportedCalendar, *, at: datetime) -> None:
    try:
        news = _ask(calendar, at=at)
    except (outgoing.NotRead, Unreadable) as problem:
        _record_failure(calendar, problem.message, at=at)
    else:
        _record(calendar, news, at=at)


def _ask(calendar: ImportedCalendar, *, at: datetime) -> News:
    """What the calendar says now; no transaction is open. Raises: NotRead, Unreadable."""
    # What is told to be unchanged was laid out when it was read; recurring events are laid on once a day.
    is_laid_out = calendar.covered_until is not None and calendar.covered_until > at + AHEAD - timedelta(days=1)
    known = {"If-None-Match": calendar.etag, "If-Modified-Since": calendar.last_modified} if is_laid_out else {}
    sent = _HEADERS | {name: value for name, value in known.items() if value}
    answer = outgoing.read(calendar.address, headers=sent, most_bytes=LARGEST, seconds=SECONDS)
    if answer.status == 304 and len(sent) > len(_HEADERS):
        return News(None)
    if answer.status != 200:
        raise outgoing.NotRead(f"It answers {answer.status}.")
    digest = hashlib.sha256(answer.body).hexdigest()
    validators = {
        "etag": _kept(answer.headers.get("etag", ""), 200),
        "last_modified": _kept(answer.headers.get("last-modified", ""), 100),
    }
    if is_laid_out and digest == calendar.content_digest:
        return News(None, digest, **validators)
    reading = busy_times(answer.body, since=at - BEFORE, until=at + AHEAD, zone=_zone_of(calendar))
    return News(reading, digest, **validators)


@transaction.atomic
def _record(calendar: ImportedCalendar, news: News, *, at: datetime) -> None:
    row = _own_turn(calendar)
    if row is None:
        return
    row.next_read_at, row.tried_at, row.read_at = at + timer("CALENDAR_REFRESH"), at, at
    row.failures, row.last_error = 0, ""
    if news.digest:
        row.etag, row.last_modified = news.etag, news.last_modified
    if news.reading is not None:
        if news.digest != row.content_digest:
            row.changed_at = at
        row.content_digest, row.covered_until, row.events = news.digest, at + AHEAD, len(news.reading.spans)
        if news.reading.skipped:
            row.last_error = f"Events that could not be read: {news.reading.skipped}."
        _replace_spans(calendar, news.reading)
    row.save()
    lay_imports(calendar.staff_member.user_id, at=at)


def _replace_spans(calendar: ImportedCalendar, reading: Reading) -> None:
    person = calendar.staff_member.user_id
    ImportedSpan.objects.filter(calendar_id=calendar.pk).delete()
    ImportedSpan.objects.bulk_create(
        ImportedSpan(calendar_id=calendar.pk, person_id=person, during=(start, end)) for start, end in reading.spans
    )


@transaction.atomic
def _record_failure(calendar: ImportedCalendar, problem: str, *, at: datetime) -> None:
    row = _own_turn(calendar)
    if row is None:
        return
    row.failures = min(row.failures + 1, 30)
    pause = min(timedelta(minutes=5) * 2**row.failures, LONGEST_PAUSE)
    row.next_read_at, row.tried_at, row.last_error = at + pause, at, problem[:300]
    row.save(update_fields=["failures", "next_read_at", "tried_at", "last_error"])
    lay_imports(calendar.staff_member.user_id, at=at)


def _own_turn(calendar: ImportedCalendar) -> ImportedCalendar | None:
    """The row, locked; None where it was removed meanwhile, or another reader has taken over."""
    mine: ImportedCalendar | None = (
        ImportedCalendar.objects.locked().filter(pk=calendar.pk, reads=calendar.reads).first()
    )
    return mine


def _zone_of(calendar: ImportedCalendar) -> str:
    """By whose clocks days without a zone are reckoned: the person's, or else the business's."""
    person = calendar.staff_member
    schedule = WeeklySchedule.objects.filter(staff_member=person).first()
    return (schedule.time_zone if schedule else "") or person.time_zone or person.business.time_zone


def _kept(value: str, most: int) -> str:
    """A header to be sent back as it is, or not at all."""
    return value if len(value) <= most and value.isascii() and value.isprintable() else ""
