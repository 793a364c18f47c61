"""A person's time is taken."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.availability.errors import SlotTaken
from apps.availability.events import HoldsOverdue
from apps.availability.models import BusyBlock
from apps.availability.states import BlockKind
from apps.catalog.models import StaffMember
from apps.core.database import call_function
from apps.core.events import publish
from apps.core.ids import new_id

NOTHING = timedelta(0)


def block_time(
    *,
    staff_member_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    before: timedelta = NOTHING,
    after: timedelta = NOTHING,
    kind: BlockKind = BlockKind.BOOKING,
    booking_id: UUID | None = None,
    service_id: UUID | None = None,
    holder_id: UUID | None = None,
    expires_at: datetime | None = None,
    note: str = "",
    source: str = "",
    slot_id: UUID | None = None,
) -> UUID:
    """The person's time from ``starts_at - before`` to ``ends_at + after`` is taken; the block's key is answered.

    Holds in the way that ran out are ended first, in the same transaction. Nobody's transaction is spoilt by a refusal,
    so the next person can be tried. Raises: SlotTaken.
    """
    block_id = new_id()
    arguments = (
        block_id, staff_member_id, str(kind), starts_at, ends_at, starts_at - before, ends_at + after,
        booking_id, service_id, holder_id, expires_at, note, source, slot_id, at,
    )  # fmt: skip
    if _is_blocked(arguments):
        return block_id
    if _end_overdue_holds(staff_member_id, starts_at - before, ends_at + after, at) and _is_blocked(arguments):
        return block_id
    raise SlotTaken


def _is_blocked(arguments: tuple[object, ...]) -> bool:
    return bool(call_function("availability_block_time", *arguments)[0][0])


def _end_overdue_holds(staff_member_id: UUID, since: datetime, until: datetime, at: datetime) -> bool:
    """Whether there were holds that ran out; those who own the bookings have been told to end them."""
    person = StaffMember.all_objects.filter(pk=staff_member_id).values("user_id")
    overdue = BusyBlock.objects.active().filter(person__in=person, expires_at__lte=at, during__overlap=(since, until))
    found = list(overdue.order_by("pk").values_list("pk", "kind", "booking_id"))
    bookings = sorted({booking for _pk, kind, booking in found if kind == BlockKind.BOOKING})
    if bookings:
        publish(HoldsOverdue(booking_ids=tuple(bookings), at=at))
    ownerless = [pk for pk, kind, _booking in found if kind != BlockKind.BOOKING]
    if ownerless:
        BusyBlock.objects.active().filter(pk__in=ownerless).update(is_active=False, updated_at=at)
    return bool(found)
