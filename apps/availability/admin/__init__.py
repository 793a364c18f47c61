from apps.availability.admin.blocks import BusyBlockAdmin, CapacitySlotAdmin
from apps.availability.admin.courses import CourseAdmin
from apps.availability.admin.hours import OpeningExceptionAdmin, OpeningHoursAdmin
from apps.availability.admin.imports import ImportedCalendarAdmin
from apps.availability.admin.rosters import (
    ScheduleOverrideAdmin,
    TimeOffAdmin,
    TravelPeriodAdmin,
    WeeklyScheduleAdmin,
)

__all__ = [
    "BusyBlockAdmin",
    "CapacitySlotAdmin",
    "CourseAdmin",
    "ImportedCalendarAdmin",
    "OpeningExceptionAdmin",
    "OpeningHoursAdmin",
    "ScheduleOverrideAdmin",
    "TimeOffAdmin",
    "TravelPeriodAdmin",
    "WeeklyScheduleAdmin",
]
