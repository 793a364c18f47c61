"""What availability refuses."""

from apps.core.errors import Conflict, Invalid, NotFound


class SlotTaken(Conflict):
    """Somebody was faster, or the time was never free; ``data`` may carry the next free times."""

    code = "slot_taken"
    default_message = "This time is no longer free."
    default_retryable = False


class SlotInUse(Conflict):
    code = "slot_in_use"
    default_message = "Seats of this slot are booked."


class SlotFull(Conflict):
    code = "slot_full"
    default_message = "This slot is full."


class SlotClosed(Conflict):
    code = "slot_closed"
    default_message = "This slot takes no more bookings."
    default_retryable = False


class SessionClash(Conflict):
    """``data`` names the dates on which the host is busy."""

    code = "session_clash"
    default_message = "The host is busy at some of these times."


class PartOfCourse(Conflict):
    """``data`` names the course."""

    code = "part_of_course"
    default_message = "This session is part of a course, which is booked as a whole."


class CourseInUse(Conflict):
    code = "course_in_use"
    default_message = "This course has been booked before. Close it instead."


class CourseInvalid(Invalid):
    code = "course_invalid"
    default_message = "This course cannot be made."


class HoursInvalid(Invalid):
    code = "hours_invalid"
    default_message = "These hours cannot be used."


class RangeInvalid(Invalid):
    code = "range_invalid"
    default_message = "This range of time cannot be used."


class RuleRefused(Invalid):
    """What is wrong with a rule of recurring dates; whoever was given the rule says it about its field."""

    code = "rule_refused"
    default_message = "Write a rule of dates, such as FREQ=WEEKLY;BYDAY=TU;COUNT=10."


class PlaceNotServed(Invalid):
    code = "place_not_served"
    default_message = "The service is not done there."


class NoSuchExtra(Invalid):
    code = "no_such_extra"
    default_message = "An extra is not offered with this service."


class NoSuchService(NotFound):
    default_message = "There is no such service."


class NoSuchPerson(NotFound):
    default_message = "There is no such person."


class NoSuchBlock(NotFound):
    default_message = "There is no such entry."


class NoSuchSlot(NotFound):
    default_message = "There is no such slot."


class AddressRefused(Invalid):
    """``errors`` says what is wrong with the address."""

    code = "address_refused"
    default_message = "This address is not read."


class CalendarKnown(Conflict):
    code = "calendar_known"
    default_message = "This calendar is read already."
    default_retryable = False


class TooManyCalendars(Conflict):
    code = "too_many_calendars"
    default_message = "Ten calendars are read for one person at most."
    default_retryable = False


class NoSuchCalendar(NotFound):
    default_message = "There is no such calendar."


class NoSuchCourse(NotFound):
    code = "course_not_found"
    default_message = "There is no such course."
