"""When a booking could take place instead: the next free times of its people, or sessions with seats, by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from apps.availability.models import CapacitySlot
from apps.availability.queries import Job, free_times
from apps.bookings.models import Booking
from apps.bookings.queries.recovery import agreed_extras

DAYS_SHOWN = 5
_WINDOWS_DAYS = (14, 62)
_SESSIONS_READ = 100


@dataclass(frozen=True, slots=True)
class NewTime:
    """A moment to which it can move; ``value`` names it in a form: a start, or a session's key."""

    value: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class NewDay:
    """One day, in the booking's time zone, with its times in order."""

    on: date
    times: tuple[NewTime, ...]


def new_times(booking: Booking, *, at: datetime, since: date | None = None) -> list[NewDay]:
    """The next days, from ``since`` on, that have a time to move to. Raises: NoSuchService, PlaceNotServed."""
    zone = ZoneInfo(booking.time_zone)
    begin = at if since is None else max(at, datetime.combine(since, time(), zone))
    found: list[NewDay] = []
    for days in _WINDOWS_DAYS:
        times = _times(booking, begin, begin + timedelta(days=days), at)
        found = list(islice(_by_day(times, zone), DAYS_SHOWN))
        if len(found) == DAYS_SHOWN:
            break
    return found


def _by_day(times: Iterable[NewTime], zone: ZoneInfo) -> Iterator[NewDay]:
    for day, of_day in groupby(times, key=lambda each: each.starts_at.astimezone(zone).date()):
        yield NewDay(day, tuple(of_day))


def _times(booking: Booking, begin: datetime, end: datetime, at: datetime) -> list[NewTime]:
    if booking.slot_id is not None:
        return _sessions(booking, begin, end)
    job = Job(
        service_id=booking.service_id,
        staff_ids=booking.performer_ids,
        extra_ids=agreed_extras(booking),
        place=booking.place if booking.service.places else None,
        for_user=booking.customer_id,
        ignored_booking=booking.pk,
    )
    starts = free_times(job, since=begin, until=end, at=at).offer.starts
    moments = (datetime.fromtimestamp(start, tz=at.tzinfo) for start in starts)
    return [NewTime(moment.isoformat(), moment) for moment in moments if moment != booking.starts_at]


def _sessions(booking: Booking, begin: datetime, end: datetime) -> list[NewTime]:
    slots = CapacitySlot.objects.with_room().filter(business_id=booking.business_id, service_id=booking.service_id)
    coming = slots.filter(starts_at__gt=begin, starts_at__lt=end).exclude(pk=booking.slot_id)
    return [
        NewTime(str(slot.pk), slot.starts_at)
        for slot in coming.order_by("starts_at", "pk")[:_SESSIONS_READ]
        if slot.free_seats >= booking.seats
    ]
