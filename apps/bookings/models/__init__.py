from apps.bookings.models.booking import Booking
from apps.bookings.models.declines import Decline, ReplacementOffer, SickLeave
from apps.bookings.models.reviews import RankingReview
from apps.bookings.models.transition import BookingTransition

__all__ = ["Booking", "BookingTransition", "Decline", "RankingReview", "ReplacementOffer", "SickLeave"]
