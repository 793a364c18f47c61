"""Whose calendar a key opens, and which jobs are on it."""

import hashlib
from datetime import datetime, timedelta

from apps.bookings.models import Booking, CalendarKey
from apps.bookings.queries.schedule import jobs_of
from apps.catalog.queries import staff_ids_of_user

MOST_KEY = 100


def digest_of_key(key: str) -> str:
    """What is stored of a key. A random key needs no slow hash, and is looked up at every request."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_calendar_key(key: str) -> CalendarKey | None:
    """The live key of somebody whose account is open, or None."""
    if not 0 < len(key) <= MOST_KEY:
        return None
    live = CalendarKey.objects.live().select_related("user").filter(digest=digest_of_key(key), user__is_active=True)
    found: CalendarKey | None = live.first()
    return found


def calendar_key_of(user_id: object) -> CalendarKey | None:
    """The person's live key, or None."""
    found: CalendarKey | None = CalendarKey.objects.live().filter(user_id=user_id).first()
    return found


def jobs_of_feed(key: CalendarKey, *, at: datetime, kept: timedelta, ahead: timedelta, most: int) -> list[Booking]:
    """The person's own jobs around now, as their calendar has them; the nearest ``most`` of them, in order."""
    jobs = jobs_of(staff_ids_of_user(key.user)).filter(starts_at__gte=at - kept, starts_at__lt=at + ahead)
    return list(jobs.with_people().order_by("starts_at", "pk")[:most])
