"""Alarms of a booking, for those who help."""

from uuid import UUID

from apps.bookings.errors import NotYours
from apps.bookings.models import SosAlarm
from apps.bookings.models.safety import SosQuerySet
from apps.bookings.queries.viewer import Viewer, find_visible


def alarms_of(booking_id: UUID) -> SosQuerySet:
    """The booking's alarms with their positions and pieces of sound, the latest first."""
    alarms: SosQuerySet = SosAlarm.objects.filter(booking_id=booking_id).select_related("raised_by", "acknowledged_by")
    return alarms.prefetch_related("positions", "recordings").order_by("-raised_at", "-pk")


def ensure_helper(viewer: Viewer, booking_id: UUID) -> None:
    """The person runs the business's desk or is of the marketplace. Raises: NoSuchBooking, NotYours."""
    booking = find_visible(viewer, booking_id)
    if not viewer.runs_desk_of(booking):
        raise NotYours
