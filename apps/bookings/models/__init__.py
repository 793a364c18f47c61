from apps.bookings.models.booking import Booking
from apps.bookings.models.contacts import ContactReveal
from apps.bookings.models.courses import CourseBooking
from apps.bookings.models.declines import Decline, ReplacementOffer, SickLeave
from apps.bookings.models.extras import AddedExtra
from apps.bookings.models.feeds import CalendarKey
from apps.bookings.models.links import ActionLink
from apps.bookings.models.reminders import Reminder
from apps.bookings.models.reviews import RankingReview
from apps.bookings.models.safety import JobPosition, SosAlarm, SosPosition, SosRecording
from apps.bookings.models.seats import Participant
from apps.bookings.models.tips import Tip
from apps.bookings.models.transition import BookingTransition
from apps.bookings.models.waitlist import WaitingEntry

__all__ = [
    "ActionLink",
    "AddedExtra",
    "Booking",
    "BookingTransition",
    "CalendarKey",
    "ContactReveal",
    "CourseBooking",
    "Decline",
    "JobPosition",
    "Participant",
    "RankingReview",
    "Reminder",
    "ReplacementOffer",
    "SickLeave",
    "SosAlarm",
    "SosPosition",
    "SosRecording",
    "Tip",
    "WaitingEntry",
]
