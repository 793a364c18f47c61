"""The cases of other systems' users, read from the data file beside this one."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from apps.availability.engine import (
    Assignment,
    Block,
    Grid,
    Horizon,
    Hours,
    Person,
    Question,
    Rules,
    ZonePeriod,
    minute_of_clock,
    week,
)
from apps.availability.engine.zones import day_of, moment_of, seconds_of

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "booking_cases.json").read_text())["cases"]
AVAILABILITY_CASES = [case for case in CASES if case["kind"] == "availability"]
RESOURCE_CASES = [case for case in CASES if case["setup"].get("model") == "resource"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def case_id(case: dict[str, Any]) -> str:
    """The name under which a case runs."""
    return case["id"]


def instant(text: str) -> int:
    """Seconds of an ISO moment."""
    return seconds_of(datetime.fromisoformat(text))


def iso(seconds: int) -> str:
    """The way the data file writes moments."""
    return moment_of(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes(spans: list[list[str]]) -> tuple[tuple[int, int], ...]:
    """Wall-clock pairs as minutes."""
    return tuple((minute_of_clock(opens), minute_of_clock(closes)) for opens, closes in spans)


def weekly_of(schedule: dict[str, Any]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Spans by weekday, Monday being 0."""
    return {
        number: minutes(schedule["weekly"].get(name, schedule["weekly"].get("*", [])))
        for number, name in enumerate(WEEKDAYS)
    }


def day(text: str) -> int:
    """The number of an ISO date."""
    return day_of(date.fromisoformat(text))


def hours_of(schedule: dict[str, Any]) -> Hours:
    """The hours of a person or a business."""
    return Hours(
        zone=schedule["timezone"],
        weekly=week(weekly_of(schedule)),
        overrides=tuple((day(entry["date"]), minutes(entry["intervals"])) for entry in schedule.get("overrides", ())),
        zone_periods=tuple(
            ZonePeriod(day(entry["from"]), day(entry["to"]) if entry["to"] else None, entry["timezone"])
            for entry in schedule.get("tz_periods", ())
        ),
    )


def holds_time(booking: dict[str, Any]) -> bool:
    """Whether a booking of the data file takes its person's time."""
    status = booking.get("status", "accepted")
    return status == "accepted" or (status == "pending" and booking.get("blocks_while_pending", False))


def blocks_of(setup: dict[str, Any], person: str) -> tuple[Block, ...]:
    """Everything that takes the person's time; other services than the queried one have no buffers in the data file."""
    service = setup["service"]
    taken = [
        Block(
            instant(entry["start"]),
            instant(entry["end"]),
            before=60 * service["buffer_before_min"] if entry.get("service", service["id"]) == service["id"] else 0,
            after=60 * service["buffer_after_min"] if entry.get("service", service["id"]) == service["id"] else 0,
            holder=entry.get("client"),
            expires_at=instant(entry["expires_at"]) if "expires_at" in entry else None,
            service=entry.get("service", service["id"]),
        )
        for entry in [*setup.get("bookings", ()), *setup.get("holds", ())]
        if entry["staff"] == person and holds_time(entry)
    ]
    imported = [
        Block(instant(entry["start"]), instant(entry["end"]))
        for entry in setup.get("external_busy", ())
        if entry["staff"] == person
    ]
    return tuple(taken + imported)


def people_of(setup: dict[str, Any]) -> list[Person]:
    """The staff of a case."""
    return [
        Person(key=entry["id"], hours=hours_of(entry), blocks=blocks_of(setup, entry["id"])) for entry in setup["staff"]
    ]


def horizon_of(service: dict[str, Any]) -> Horizon | None:
    """How far ahead the service of a case may be booked."""
    horizon = service.get("horizon")
    if horizon is None:
        return None
    if horizon["type"] == "date_range":
        return Horizon(horizon["timezone"], first_day=day(horizon["from"]), last_day=day(horizon["to"]))
    if horizon["type"] == "rolling_business_days":
        return Horizon(horizon["timezone"], business_days=horizon["days"])
    return Horizon(horizon["timezone"], calendar_days=horizon["days"])


def rules_of(service: dict[str, Any]) -> Rules:
    """The rules of the service of a case."""
    limits = service.get("limits", {})
    limit_minutes = limits.get("minutes_per_day")
    return Rules(
        duration=60 * service["duration_min"],
        step=60 * service["step_min"],
        grid=Grid[service["grid"].upper()],
        before=60 * service["buffer_before_min"],
        after=60 * service["buffer_after_min"],
        notice=60 * service["min_notice_min"],
        horizon=horizon_of(service),
        limit_count=limits.get("bookings_per_day"),
        limit_s=None if limit_minutes is None else 60 * limit_minutes,
        assignment=Assignment[service["assignment"].upper()],
        fixed=frozenset(service.get("fixed_staff", ())),
        service=service["id"],
    )


def question_of(case: dict[str, Any]) -> Question:
    """What a case asks."""
    query = case["query"]
    return Question(
        start=instant(query["from"]),
        end=instant(query["to"]),
        now=instant(case["setup"]["now"]),
        zone=query["viewer_timezone"],
        viewer=query.get("client"),
    )


def place_of(setup: dict[str, Any]) -> Hours | None:
    """The opening hours of a case, where it has any."""
    return hours_of(setup["business"]) if "business" in setup else None


def assert_expected(expected: dict[str, Any], starts: list[str], zone: str) -> None:
    """The starts are what the case says."""
    if "slots" in expected:
        assert starts == expected["slots"]
    if "count" in expected:
        assert len(starts) == expected["count"]
    assert not set(starts) & set(expected.get("not_slots", ()))
    hours = Hours(zone=zone, weekly=week({}))
    dates = {hours.local_day(instant(start)) for start in starts}
    assert not dates & {day(text) for text in expected.get("no_slots_on_local_dates", ())}
