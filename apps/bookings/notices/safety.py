"""What is said when somebody calls for help."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.bookings.models import Booking, SosAlarm, SosPosition
from apps.bookings.notices import _PLATFORM, _link, _send, _to_business
from apps.bookings.states import Party
from apps.catalog.queries import desk_user_ids
from apps.notifications import kinds
from apps.notifications.operations import Notice

_MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lng}#map=18/{lat}/{lng}"


def tell_sos(booking: Booking, alarm: SosAlarm, position: SosPosition | None, *, at: datetime) -> None:
    """Owners, employees and operations know that somebody needs help, where, and how to reach them."""
    again = {"round": alarm.rounds} if alarm.rounds > 1 else {}
    kind = kinds.SOS_UNANSWERED if again else kinds.SOS
    told = {**_alarm(alarm, position), **again, "manage_url": _link(booking, "sos")}
    people = [person for person in _who_helps(booking) if person != alarm.raised_by_id]
    _send(at, *_to_business(booking, kind, people, told, key=f"{alarm.pk}:{alarm.rounds}", with_address=True))


def tell_acknowledged(booking: Booking, alarm: SosAlarm, *, by: Party, at: datetime) -> None:
    """Whoever called for help knows that somebody acts."""
    name = _PLATFORM if by == Party.OPS else booking.business.name
    notice = Notice(
        kind=kinds.SOS_ACKNOWLEDGED, user=alarm.raised_by,
        context={"reference": booking.reference, "acknowledged_by": name},
        subject=booking, business_id=booking.business_id, dedupe_key=f"{kinds.SOS_ACKNOWLEDGED}:{alarm.pk}",
    )  # fmt: skip
    _send(at, notice)


def _who_helps(booking: Booking) -> list[UUID]:
    ops = User.objects.ops().order_by("pk").values_list("pk", flat=True)
    return list(dict.fromkeys([booking.business.owner_id, *desk_user_ids(booking.business_id), *ops]))


def _alarm(alarm: SosAlarm, position: SosPosition | None) -> dict[str, Any]:
    told: dict[str, Any] = {"raised_by": alarm.raised_by.name or str(Party(alarm.raised_as).label)}
    if alarm.raised_by.phone:
        told["raised_by_phone"] = alarm.raised_by.phone
    if alarm.note:
        told["note"] = alarm.note
    if position is not None:
        told["map_url"] = _MAP.format(lat=position.lat, lng=position.lng)
    return told
