"""Calendar files: an appointment as an .ics that any calendar takes, and takes back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings


def as_ics(described: Mapping[str, Any], *, to: str, at: datetime) -> str:
    """The calendar file that a stored ``CalendarFile`` describes, for one person, made at ``at``.

    A request that names its reader is what calendars act on by themselves: the first one adds the appointment, one of the
    same UID with a higher SEQUENCE moves it, and a cancellation takes it out. Moments are in UTC, so that no hour of a
    day on which the clocks change is lost or doubtful.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415  # only those who send need it

    calendar = Calendar()
    calendar.add("prodid", "-//The Guild//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(described))
    event = Event()
    event.add("uid", described["uid"])
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", datetime.fromisoformat(described["starts_at"]).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(described["ends_at"]).astimezone(UTC))
    event.add("summary", described["summary"])
    event.add("sequence", described["sequence"])
    event.add("status", _status(described))
    event.add("transp", "TRANSPARENT" if described["is_cancelled"] else "OPAQUE")
    event["organizer"] = _organizer()
    event["attendee"] = _attendee(to)
    for name in ("location", "description", "url"):
        if described[name]:
            event.add(name, described[name])
    calendar.add_component(event)
    return calendar.to_ical().decode("utf-8")


def method_of(described: Mapping[str, Any]) -> str:
    """What the file asks a calendar to do."""
    return "CANCEL" if described["is_cancelled"] else "REQUEST"


def _status(described: Mapping[str, Any]) -> str:
    if described["is_cancelled"]:
        return "CANCELLED"
    return "CONFIRMED" if described.get("is_certain", True) else "TENTATIVE"


def _organizer() -> Any:
    from icalendar import vCalAddress, vText  # noqa: PLC0415  # as above

    organizer = vCalAddress(f"mailto:{settings.GUILD['PLATFORM_SUPPORT_EMAIL']}")
    organizer.params["CN"] = vText(settings.GUILD["PLATFORM_NAME"])
    return organizer


def _attendee(to: str) -> Any:
    """The reader, who has said yes by booking, and is not asked to answer."""
    from icalendar import vCalAddress, vText  # noqa: PLC0415  # as above

    attendee = vCalAddress(f"mailto:{to}")
    attendee.params.update({"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("ACCEPTED"), "RSVP": vText("FALSE")})
    return attendee
