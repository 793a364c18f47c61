"""What other apps and the edges may have done to people's time."""

from apps.availability.operations.block_time import block_time
from apps.availability.operations.claim_overruns import Overrun, claim_overruns
from apps.availability.operations.import_calendars import add_calendar, forget_calendars, remove_calendar
from apps.availability.operations.keep_courses import (
    CoursePlan,
    change_course,
    create_course,
    lock_course,
    remove_course,
)
from apps.availability.operations.keep_slots import (
    SlotPlan,
    change_slot,
    create_slots,
    lock_slot,
    remove_slot,
)
from apps.availability.operations.keep_time import (
    adopt_replacement,
    clear_expiry,
    extend_hold,
    mark_running,
    move_time,
    release_person,
    release_time,
    release_times,
    shorten_time,
)
from apps.availability.operations.lock_people import lock_people
from apps.availability.operations.mark_busy import mark_busy, unmark_busy
from apps.availability.operations.read_calendars import read_calendar, read_calendars
from apps.availability.operations.run_session import call_off_session, end_session, run_session
from apps.availability.operations.schedule_sessions import SessionPlan, schedule_sessions
from apps.availability.operations.set_hours import (
    Travel,
    remove_opening_exception,
    set_opening_exception,
    set_opening_hours,
    set_schedule,
)
from apps.availability.operations.take_time_off import give_time_back, take_time_off

__all__ = [
    "CoursePlan",
    "Overrun",
    "SessionPlan",
    "SlotPlan",
    "Travel",
    "add_calendar",
    "adopt_replacement",
    "block_time",
    "call_off_session",
    "change_course",
    "change_slot",
    "claim_overruns",
    "clear_expiry",
    "create_course",
    "create_slots",
    "end_session",
    "extend_hold",
    "forget_calendars",
    "give_time_back",
    "lock_course",
    "lock_people",
    "lock_slot",
    "mark_busy",
    "mark_running",
    "move_time",
    "read_calendar",
    "read_calendars",
    "release_person",
    "release_time",
    "release_times",
    "remove_calendar",
    "remove_course",
    "remove_opening_exception",
    "remove_slot",
    "run_session",
    "schedule_sessions",
    "set_opening_exception",
    "set_opening_hours",
    "set_schedule",
    "shorten_time",
    "take_time_off",
    "unmark_busy",
]
