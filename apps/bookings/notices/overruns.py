"""What is said when a job takes so long that the next cannot begin in time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from apps.bookings.models import Booking
from apps.bookings.notices import _send, _to_business, _to_customer
from apps.notifications import kinds

# Nobody knows to the minute how long the job before will still take.
_STEP = timedelta(minutes=5)


def tell_overruns(
    hit: Iterable[tuple[Sequence[Booking], datetime]], desks: Mapping[UUID, Sequence[UUID]], *, at: datetime
) -> None:
    """Each customer knows that it may start late, and each desk, once for a job or for a session with all its seats.

    ``hit`` are the bookings of a job or a session, with the moment from which their performer is free.
    """
    notices = []
    for bookings, free_at in hit:
        late = {"minutes_late": _minutes_late(bookings[0].starts_at, free_at)}
        key = bookings[0].starts_at.isoformat()
        notices += [_to_customer(booking, kinds.BOOKING_OVERRUN, late, key=key) for booking in bookings]
        first = bookings[0]
        names = ", ".join(booking.customer.name for booking in bookings if booking.customer.name)
        who = {"customer_name": names} if names else {}
        desk = desks.get(first.business_id, [])
        key = f"{first.slot_id}:{key}" if first.slot_id else key
        notices += _to_business(first, kinds.BOOKING_OVERRUN_BUSINESS, desk, {**late, **who}, key=key)
    _send(at, *notices)


def _minutes_late(starts_at: datetime, free_at: datetime) -> int:
    steps = max(-((starts_at - free_at) // _STEP), 1)
    return int(steps * _STEP.total_seconds() // 60)
