"""A job that runs over makes the next one late: whoever waits for that is warned."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.availability import operations as availability
from apps.bookings.models import Booking
from apps.bookings.notices import overruns as notices
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.catalog.queries import desk_users_of

_AHEAD = (BookingStatus.PENDING, BookingStatus.CONFIRMED)


@transaction.atomic
def warn_of_overruns(*, at: datetime, limit: int) -> int:
    """Customers and desks of up to ``limit`` jobs and sessions that are run into know of it, once for each and its time."""
    claimed = availability.claim_overruns(at=at, limit=limit)
    if not claimed:
        return 0
    affected = Booking.objects.with_people().filter(
        Q(pk__in=[each.booking_id for each in claimed if each.booking_id])
        | Q(slot_id__in=[each.slot_id for each in claimed if each.slot_id]),
        status__in=_AHEAD,
    )
    found: dict[UUID, list[Booking]] = {}
    for booking in affected.exclude(payment_status=PaymentStatus.PENDING_PAYMENT).order_by("pk"):
        found.setdefault(booking.slot_id or booking.pk, []).append(booking)
    hit: list[tuple[Sequence[Booking], datetime]] = []
    for each in claimed:
        key = each.slot_id or each.booking_id
        if key in found:
            hit.append((found[key], each.free_at))
    desks = desk_users_of(bookings[0].business_id for bookings, _free_at in hit)
    notices.tell_overruns(hit, desks, at=at)
    return len(claimed)
