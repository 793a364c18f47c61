from apps.availability.models.blocks import BusyBlock
from apps.availability.models.courses import Course
from apps.availability.models.hours import OpeningException, OpeningHours
from apps.availability.models.imports import ImportedCalendar, ImportedSpan
from apps.availability.models.rosters import ScheduleOverride, TimeOff, TravelPeriod, WeeklySchedule
from apps.availability.models.slots import CapacitySlot

__all__ = [
    "BusyBlock",
    "CapacitySlot",
    "Course",
    "ImportedCalendar",
    "ImportedSpan",
    "OpeningException",
    "OpeningHours",
    "ScheduleOverride",
    "TimeOff",
    "TravelPeriod",
    "WeeklySchedule",
]
