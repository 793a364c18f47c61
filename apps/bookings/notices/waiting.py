"""What those who wait for a seat hear."""

from datetime import datetime

from django.conf import settings

from apps.availability.models import CapacitySlot
from apps.bookings.models import WaitingEntry
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many


def tell_seat_offered(entry: WaitingEntry, slot: CapacitySlot, *, at: datetime) -> None:
    """The first in line knows that a seat is theirs for a while."""
    told = {
        "service_name": entry.service.title,
        "business_name": slot.business.name,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "time_zone": slot.business.time_zone,
        "answer_by": entry.offer_expires_at,
        "accept_url": "/".join((settings.PUBLIC_BASE_URL, "sessions", str(slot.pk), "seat")),
    }
    key = f"{kinds.WAITING_LIST_SEAT}:{entry.pk}"
    notice = Notice(
        kind=kinds.WAITING_LIST_SEAT, user=entry.customer, context=told, business_id=slot.business_id, dedupe_key=key
    )
    notify_many([notice], at=at)
