"""Seats that come free go to those who wait, before anybody else can take them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from apps.availability import operations as availability
from apps.availability.models import CapacitySlot
from apps.bookings.models import Booking, WaitingEntry
from apps.bookings.notices import waiting as notices
from apps.bookings.states import WaitState
from apps.core.conf import timer


def release(booking: Booking, *, at: datetime) -> None:
    """The booking that has ended takes nobody's time, and its seats are offered to those who wait for them."""
    availability.release_time(booking_id=booking.pk, at=at)
    if booking.slot_id is not None:
        offer_seats([booking.slot_id], at=at)


def offer_seats(slot_ids: Iterable[UUID], *, at: datetime) -> None:
    """Whatever is free in these slots is offered to the first in line; bookings are locked before this is called."""
    for slot_id in sorted(set(slot_ids)):
        offer_free_seats(availability.lock_slot(slot_id), at=at)


def offer_free_seats(slot: CapacitySlot, *, at: datetime) -> None:
    """As many as there are free seats of the locked slot have an offer; none from the notice limit on."""
    closes_at = closing_of(slot)
    if slot.free_seats == 0 or at >= closes_at:
        return
    entries = WaitingEntry.objects.in_line(slot.pk).select_related("service", "customer")
    for entry in entries.select_for_update(no_key=True, of=("self",))[: slot.free_seats]:
        entry.state, entry.offered_at = WaitState.OFFERED, at
        entry.offer_expires_at = min(at + timer("WAITLIST_OFFER"), closes_at)
        entry.save(update_fields=["state", "offered_at", "offer_expires_at"])
        notices.tell_seat_offered(entry, slot, at=at)
    slot.refresh_from_db(fields=["booked_count"])


def closing_of(slot: CapacitySlot) -> datetime:
    """Until when seats are given away: the start, less the notice of the service or the business."""
    own = None if slot.service is None else slot.service.notice_min
    notice = timedelta(minutes=slot.business.notice_min if own is None else own)
    starts_at: datetime = slot.starts_at
    return starts_at - notice
