"""Calendar files: an appointment as an .ics that any calendar takes, and takes back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings


def as_ics(described: Mapping[str, Any], *, at: datetime) -> str:
    """The calendar file that a stored ``CalendarFile`` describes, in UTC, made at ``at``."""
    from icalendar import Calendar, Event, vCalAddress  # noqa: PLC0415  # only those who send need it

    calendar = Calendar()
    calendar.add("prodid", "-//The Guild//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(described))
    event = Event()
    event.add("uid", described["uid"])
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", datetime.fromisoformat(described["starts_at"]).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(described["ends_at"]).astimezone(UTC))
    event.add("summary", described["summary"])
    event.add("sequence", described["sequence"])
    event.add("status", "CANCELLED" if described["is_cancelled"] else "CONFIRMED")
    event["organizer"] = vCalAddress(f"mailto:{settings.GUILD['PLATFORM_SUPPORT_EMAIL']}")
    for name in ("location", "description", "url"):
        if described[name]:
            event.add(name, described[name])
    calendar.add_component(event)
    return calendar.to_ical().decode("utf-8")


def method_of(described: Mapping[str, Any]) -> str:
    """What the file asks a calendar to do."""
    return "CANCEL" if described["is_cancelled"] else "PUBLISH"
