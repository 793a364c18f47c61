"""What other apps and the edges may ask of bookings."""

from apps.bookings.queries.business_day import BusinessDay, DayEntry, PersonDay, business_day, group_by_status
from apps.bookings.queries.candidates import Crew, crews_for
from apps.bookings.queries.counts import count_by_business
from apps.bookings.queries.courses import (
    course_actions,
    courses_visible_to,
    find_course_booking,
    unpaid_parts,
    with_parts,
)
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer
from apps.bookings.queries.recovery import jobs_hit
from apps.bookings.queries.safety import alarms_of, ensure_helper
from apps.bookings.queries.schedule import CalendarDay, day_of, month_of
from apps.bookings.queries.sessions import find_session, participants_of, party_of_session
from apps.bookings.queries.timeline import TimelineEntry, timeline_of
from apps.bookings.queries.viewer import (
    Viewer,
    find_desk_staff,
    find_visible,
    reviews_visible_to,
    viewer_of,
    visible_to,
)
from apps.bookings.queries.visits import find_visited

__all__ = [
    "BusinessDay",
    "CalendarDay",
    "Crew",
    "DayEntry",
    "Offer",
    "PersonDay",
    "TimelineEntry",
    "Viewer",
    "alarms_of",
    "business_day",
    "count_by_business",
    "course_actions",
    "courses_visible_to",
    "crews_for",
    "day_of",
    "ensure_bookable",
    "ensure_helper",
    "find_course_booking",
    "find_desk_staff",
    "find_session",
    "find_visible",
    "find_visited",
    "group_by_status",
    "jobs_hit",
    "load_offer",
    "month_of",
    "participants_of",
    "party_of_session",
    "reviews_visible_to",
    "timeline_of",
    "unpaid_parts",
    "viewer_of",
    "visible_to",
    "with_parts",
]
