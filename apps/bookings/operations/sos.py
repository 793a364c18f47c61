"""Somebody calls for help: everybody who can help is told, again and again, until one of them acknowledges it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine
from apps.bookings.action import Actor
from apps.bookings.errors import AlarmAcknowledged, NoSuchAlarm, NoSuchBooking, NotYours
from apps.bookings.models import Booking, SosAlarm, SosPosition
from apps.bookings.notices import safety as notices
from apps.bookings.operations.lock import lock_booking, lock_to_act
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.states import Party
from apps.core import audit
from apps.core.conf import setting, timer

MOST_POSITIONS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where somebody is, by their device; the accuracy in metres."""

    lat: float
    lng: float
    accuracy: float | None = None


@transaction.atomic
def raise_sos(
    *, booking_id: UUID, by: Any, at: datetime, place: Place | None = None, note: str = ""
) -> tuple[SosAlarm, bool]:
    """The alarm is out, and whether it is a new one: however often one person calls, it is one alarm with all positions.

    Raises: NoSuchBooking, NotYours, SosNotOpen.
    """
    booking, actor = lock_to_act(machine.SOS, booking_id=booking_id, by=by, at=at)
    alarm: SosAlarm | None = SosAlarm.objects.open().locked().filter(booking=booking, raised_by=by).first()
    is_new = alarm is None
    if alarm is None:
        alarm = SosAlarm.objects.create(
            booking=booking, raised_by=by, raised_as=actor.party, raised_at=at, note=note,
            next_alert_at=at + timer("SOS_REPEAT"),
        )  # fmt: skip
    position = _keep_position(alarm, place, at)
    if is_new:
        audit.record("booking.sos_raised", target=booking, by=by, at=at, after={"alarm": str(alarm.pk)})
        notices.tell_sos(booking, alarm, position, at=at)
    return alarm, is_new


@transaction.atomic
def acknowledge_sos(*, booking_id: UUID, alarm_id: UUID, by: Any, at: datetime) -> SosAlarm:
    """Somebody acts: nobody is told again, and whoever called knows. The same person may say so again.

    Raises: NoSuchBooking, NoSuchAlarm, NotYours; AlarmAcknowledged, whose data says who was faster.
    """
    booking, actor = find_helper(booking_id, by)
    alarm: SosAlarm | None = (
        SosAlarm.objects.locked()
        .select_related("raised_by", "acknowledged_by")
        .filter(pk=alarm_id, booking_id=booking_id)
        .first()
    )
    if alarm is None:
        raise NoSuchAlarm
    if alarm.acknowledged_at is not None:
        if alarm.acknowledged_by_id == by.pk:
            return alarm
        raise AlarmAcknowledged(data={"acknowledged_by": alarm.acknowledged_by.name})
    if alarm.raised_by_id == by.pk:
        raise NotYours
    alarm.acknowledged_by, alarm.acknowledged_as, alarm.acknowledged_at = by, actor.party, at
    alarm.next_alert_at = None
    alarm.save(update_fields=["acknowledged_by", "acknowledged_as", "acknowledged_at", "next_alert_at"])
    audit.record("booking.sos_acknowledged", target=booking, by=by, at=at, after={"alarm": str(alarm.pk)})
    notices.tell_acknowledged(booking, alarm, by=actor.party, at=at)
    return alarm


@transaction.atomic
def repeat_sos(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` alarms that nobody has acknowledged are told again, with the newest position; so often at most."""
    due = list(SosAlarm.objects.select_related("raised_by").to_repeat(at).claimed(limit))
    bookings = Booking.objects.with_people().in_bulk({alarm.booking_id for alarm in due})
    for alarm in due:
        alarm.rounds += 1
        alarm.next_alert_at = at + timer("SOS_REPEAT") if alarm.rounds < setting("SOS_ROUNDS") else None
        alarm.save(update_fields=["rounds", "next_alert_at"])
        position = alarm.positions.order_by("-at", "-pk").first()
        notices.tell_sos(bookings[alarm.booking_id], alarm, position, at=at)
    return len(due)


def _keep_position(alarm: SosAlarm, place: Place | None, at: datetime) -> SosPosition | None:
    if place is None or alarm.positions.count() >= MOST_POSITIONS:
        return None
    made: SosPosition = SosPosition.objects.create(
        alarm=alarm, lat=place.lat, lng=place.lng, accuracy=place.accuracy, at=at
    )
    return made


def find_helper(booking_id: UUID, by: Any) -> tuple[Booking, Actor]:
    """The booking, locked, and the person as its desk or as operations. Raises: NoSuchBooking, NotYours."""
    viewer = viewer_of(by)
    booking = lock_booking(booking_id)
    parties = viewer.parties(booking)
    party = next((party for party in (Party.DESK, Party.OPS) if party in parties), None)
    if party is None:
        raise NotYours if parties or viewer.is_ops else NoSuchBooking
    return booking, Actor(user_id=by.pk, party=party)
