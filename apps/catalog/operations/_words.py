"""Short names that are free, and moments from days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from apps.catalog.models import Business
from apps.core.ids import new_reference

RESERVED_SLUGS = frozenset({"search", "invitations"})


def free_slug(name: str) -> str:
    """A slug of ``name`` that no business, deleted ones included, has; the unique key decides in a race."""
    base = slugify(name)[:120] or "business"
    if base in RESERVED_SLUGS or Business.all_objects.filter(slug=base).exists():
        return f"{base}-{new_reference(6).lower()}"
    return base


def day_begins(day: date, zone: str) -> datetime:
    """The moment at which ``day`` begins in ``zone``."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def next_paper_moment(expires_on: date | None, warned_days: int | None, zone: str) -> datetime | None:
    """When a paper next needs attention: its next warning (30, 7, 1 days ahead), or the day after its last."""
    if expires_on is None:
        return None
    for days in (30, 7, 1):
        if warned_days is None or warned_days > days:
            return day_begins(expires_on - timedelta(days=days), zone)
    return day_begins(expires_on + timedelta(days=1), zone)
