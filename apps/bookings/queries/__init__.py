"""What other apps and the edges may ask of bookings."""

from apps.bookings.queries.candidates import Crew, crews_for
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer
from apps.bookings.queries.viewer import Viewer, find_visible, viewer_of, visible_to

__all__ = [
    "Crew",
    "Offer",
    "Viewer",
    "crews_for",
    "ensure_bookable",
    "find_visible",
    "load_offer",
    "viewer_of",
    "visible_to",
]
