"""What other apps may ask of availability."""

from apps.availability.queries.blocks import (
    blocks_between,
    bookings_between,
    locked_until,
    next_overrun,
    staff_of_booking,
)
from apps.availability.queries.business_days import Days, DaySlot, business_days
from apps.availability.queries.calendar import Calendar, calendar_of, calendar_span, load_calendar
from apps.availability.queries.courses import find_course, with_sessions
from apps.availability.queries.free_times import Check, FreeTime, FreeTimes, Job, check_start, first_free, free_times
from apps.availability.queries.service_rules import Footprint, footprint_of, rules_of
from apps.availability.queries.sessions import sessions_of

__all__ = [
    "Calendar",
    "Check",
    "DaySlot",
    "Days",
    "Footprint",
    "FreeTime",
    "FreeTimes",
    "Job",
    "blocks_between",
    "bookings_between",
    "business_days",
    "calendar_of",
    "calendar_span",
    "check_start",
    "find_course",
    "first_free",
    "footprint_of",
    "free_times",
    "load_calendar",
    "locked_until",
    "next_overrun",
    "rules_of",
    "sessions_of",
    "staff_of_booking",
    "with_sessions",
]
