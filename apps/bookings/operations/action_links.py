"""What a link of a letter is for is done, once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.bookings.errors import LinkUnknown
from apps.bookings.models import ActionLink, Booking
from apps.bookings.operations.cancel import cancel_booking
from apps.bookings.operations.lock import lock_booking, lock_money
from apps.bookings.operations.reschedule import reschedule_booking
from apps.bookings.queries.links import find_link, why_link_ended
from apps.bookings.states import LinkAction


def use_action_link(
    *, token: str, action: LinkAction, at: datetime, start: datetime | None = None, slot: UUID | None = None
) -> Booking:
    """What the link is for has been done on its customer's behalf, and the link is used; or neither.

    Of two clicks at once one acts: the other waits for the booking, and finds the link used. Raises: LinkUnknown, LinkUsed, LinkExpired, LinkRevoked; and
    what cancelling and moving raise.
    """
    with transaction.atomic():
        link = find_link(token)
        if link.action != action:
            raise LinkUnknown
        if action == LinkAction.CANCEL:
            lock_money(link.booking_id)
        customer = lock_booking(link.booking_id).customer
        _spend(link, at=at)
        if action == LinkAction.CANCEL:
            return cancel_booking(booking_id=link.booking_id, by=customer, at=at)
        return reschedule_booking(booking_id=link.booking_id, by=customer, at=at, start=start, slot=slot)


def _spend(link: ActionLink, *, at: datetime) -> None:
    if ActionLink.objects.spend(link.pk, at=at):
        return
    link.refresh_from_db(fields=["used_at", "revoked_at", "expires_at"])
    if (refusal := why_link_ended(link, at)) is not None:
        raise refusal
