"""Sessions with seats, as bookings look at them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.availability.models import CapacitySlot
from apps.bookings.errors import NoSuchSession
from apps.bookings.models import Participant
from apps.bookings.queries.viewer import Viewer
from apps.bookings.states import SEATLESS, Party
from apps.core import clock

ALTERNATIVES = 3


def find_session(slot_id: UUID) -> CapacitySlot:
    """The session with its business, service and host. Raises: NoSuchSession."""
    slots = CapacitySlot.objects.select_related("business", "service", "staff_member", "course")
    slot: CapacitySlot | None = slots.filter(pk=slot_id).first()
    if slot is None:
        raise NoSuchSession
    return slot


def party_of_session(viewer: Viewer, slot: CapacitySlot) -> Party | None:
    """As whom the person runs the session: its host, the desk, or operations; None for everybody else."""
    if slot.staff_member_id in viewer.staff_ids:
        return Party.STAFF
    if slot.business_id in viewer.desk_ids:
        return Party.DESK
    return Party.OPS if viewer.acts_for_ops else None


def participants_of(slot_id: UUID) -> Any:
    """Everybody who has a seat, in the order in which they were booked."""
    seated = Participant.objects.filter(booking__slot_id=slot_id).exclude(booking__status__in=SEATLESS)
    return seated.select_related("booking__customer").order_by("booking_id", "position")


def next_sessions(slot: CapacitySlot, *, seats: int, at: datetime) -> list[dict[str, Any]]:
    """The next sessions of the same service that have as many seats."""
    others = CapacitySlot.objects.with_room().booked_alone().filter(business_id=slot.business_id, starts_at__gt=at)
    fitting = others.filter(service_id=slot.service_id).exclude(pk=slot.pk).order_by("starts_at", "pk")
    return [
        {"slot": str(each.pk), "start": clock.iso(each.starts_at), "free": each.free_seats}
        for each in fitting[: 20 * ALTERNATIVES]
        if each.free_seats >= seats
    ][:ALTERNATIVES]
