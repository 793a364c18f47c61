from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability.errors import RangeInvalid
from apps.availability.events import TimeOffTaken
from apps.availability.models import TimeOff
from apps.availability.operations.lock_people import lock_people
from apps.availability.queries import bookings_between
from apps.availability.states import TimeOffReason
from apps.core import audit
from apps.core.events import publish


@transaction.atomic
def take_time_off(
    *,
    staff_member_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    at: datetime,
    reason: TimeOffReason = TimeOffReason.OTHER,
    note: str = "",
) -> TimeOff:
    """The person is away and cannot be booked in this span; bookings made before stand, and are named in the event.

    Raises: RangeInvalid.
    """
    if ends_at <= starts_at:
        raise RangeInvalid(errors={"ends_at": ["The end lies after the start."]})
    lock_people([staff_member_id])
    time_off = TimeOff.objects.create(
        staff_member_id=staff_member_id, starts_at=starts_at, ends_at=ends_at, reason=reason, note=note, taken_by=by
    )
    audit.record("availability.time_off_taken", target=time_off, by=by, at=at)
    publish(
        TimeOffTaken(
            staff_member_id=staff_member_id,
            starts_at=starts_at,
            ends_at=ends_at,
            booking_ids=tuple(bookings_between(staff_member_id=staff_member_id, since=starts_at, until=ends_at)),
            at=at,
        )
    )
    return time_off


@transaction.atomic
def give_time_back(*, time_off: TimeOff, by: User, at: datetime) -> None:
    """The person works in that span after all."""
    audit.record(
        "availability.time_off_given_back",
        target=time_off,
        by=by,
        at=at,
        before={"starts_at": time_off.starts_at.isoformat(), "ends_at": time_off.ends_at.isoformat()},
    )
    time_off.delete()
