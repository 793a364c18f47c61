"""How many bookings there are, for those below who ask."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q

from apps.bookings.models import Booking
from apps.bookings.states import BookingStatus
from apps.catalog.ports import BookingCounts

S = BookingStatus


def count_by_business(business_ids: Sequence[UUID]) -> dict[UUID, BookingCounts]:
    """The counts of each business that has bookings, in one query."""
    rows = (
        Booking.objects.filter(business_id__in=business_ids)
        .order_by()
        .values("business_id")
        .annotate(
            total=Count("pk"),
            pending=Count("pk", filter=Q(status=S.PENDING)),
            confirmed=Count("pk", filter=Q(status=S.CONFIRMED)),
            completed=Count("pk", filter=Q(status=S.COMPLETED)),
        )
    )
    return {row.pop("business_id"): BookingCounts(**row) for row in rows}
