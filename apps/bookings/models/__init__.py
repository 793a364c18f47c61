from apps.bookings.models.booking import Booking
from apps.bookings.models.declines import Decline, ReplacementOffer, SickLeave
from apps.bookings.models.reviews import RankingReview
from apps.bookings.models.seats import Participant
from apps.bookings.models.transition import BookingTransition
from apps.bookings.models.waitlist import WaitingEntry

__all__ = [
    "Booking",
    "BookingTransition",
    "Decline",
    "Participant",
    "RankingReview",
    "ReplacementOffer",
    "SickLeave",
    "WaitingEntry",
]
