"""What is said of a booking that is near."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from apps.bookings.models import Booking, Reminder
from apps.bookings.notices import _requests, _send, _to_business, _to_customer
from apps.bookings.reminders import useful_until
from apps.bookings.states import ReminderKind
from apps.notifications import kinds
from apps.notifications.operations import Notice
from apps.notifications.states import Channel

_CHANNELS = {
    ReminderKind.FIRST: (Channel.EMAIL,),
    ReminderKind.SECOND: (Channel.EMAIL, Channel.PUSH),
    ReminderKind.LAST: (Channel.PUSH,),
}


def tell_reminders(
    reminders: Iterable[tuple[Booking, Reminder]], seated: Mapping[UUID, Sequence[str]], *, at: datetime
) -> None:
    """Everybody is reminded on the channels of their reminder; the host of a session reads who comes to it."""
    notices = []
    for booking, reminder in reminders:
        kind = ReminderKind(reminder.kind)
        notices.append(
            replace(
                _notice(booking, reminder, seated),
                channels=_CHANNELS[kind],
                useful_until=useful_until(kind, reminder.starts_at),
            )
        )
    _send(at, *notices)


def _notice(booking: Booking, reminder: Reminder, seated: Mapping[UUID, Sequence[str]]) -> Notice:
    key = f"{reminder.kind}:{reminder.starts_at.isoformat()}"
    if reminder.slot_id is not None:
        return _to_host(booking, reminder, seated[reminder.slot_id], key)
    if reminder.person_id == booking.customer_id:
        return _to_customer(booking, kinds.BOOKING_REMINDER, {}, key=key)
    people = [reminder.person_id]
    return _to_business(booking, kinds.BOOKING_REMINDER_BUSINESS, people, _requests(booking), key=key)[0]


def _to_host(booking: Booking, reminder: Reminder, names: Sequence[str], key: str) -> Notice:
    slot = booking.slot
    service = slot.service or booking.service
    told = {
        "service_name": service.title,
        "business_name": booking.business.name,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "time_zone": booking.time_zone,
        "seats": len(names),
        "participants": ", ".join(name for name in names if name) or None,
        "manage_url": "/".join((settings.PUBLIC_BASE_URL, "sessions", str(slot.pk))),
    }
    return Notice(
        kind=kinds.SESSION_REMINDER, user=reminder.person_id, context=told, subject=slot,
        business_id=booking.business_id, dedupe_key=f"{kinds.SESSION_REMINDER}:{slot.pk}:{key}",
    )  # fmt: skip
