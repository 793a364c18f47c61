"""Links for letters: each lets whoever holds it act on one booking as its customer, until the booking starts."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.bookings import link_tokens
from apps.bookings.machine import RESCHEDULE
from apps.bookings.models import ActionLink, Booking
from apps.bookings.notices import Links
from apps.bookings.operations.lock import lock_booking
from apps.bookings.states import LinkAction, Party


def make_action_link(booking: Booking, action: LinkAction, *, at: datetime) -> str:
    """The address of a page on which its holder may do this with the booking; it is known here and now only.

    Put it where it is sent and not kept: a variable of a letter that is declared ``secret``. It acts once, and ends with
    the booking. Somebody without an account has ``visits.visit_link`` to pay by. Called within a transaction.
    """
    (address,) = _make(booking, [action], at=at)
    return address


@transaction.atomic
def link_to_move(*, booking_id: UUID, at: datetime) -> str:
    """The address of a page on which its customer may choose another time, once. Raises: NoSuchBooking, and why it cannot move now."""
    booking = lock_booking(booking_id)
    refusal = RESCHEDULE.refusal(booking, Party.CUSTOMER, at)
    if refusal is not None:
        raise refusal
    return make_action_link(booking, LinkAction.RESCHEDULE, at=at)


def make_letter_links(booking: Booking, *, at: datetime) -> Links:
    """The two links of a letter about a booking that will take place."""
    cancel, reschedule = _make(booking, [LinkAction.CANCEL, LinkAction.RESCHEDULE], at=at)
    return Links(cancel_url=cancel, reschedule_url=reschedule)


def _make(booking: Booking, actions: list[LinkAction], *, at: datetime) -> list[str]:
    tokens = [link_tokens.new_token() for _ in actions]
    ActionLink.objects.bulk_create(
        ActionLink(
            booking=booking,
            action=action,
            digest=link_tokens.digest_of(token),
            expires_at=booking.starts_at,
            created_at=at,
            updated_at=at,
        )
        for action, token in zip(actions, tokens, strict=True)
    )
    page = settings.PUBLIC_BASE_URL + reverse("appointment")
    return [f"{page}?token={token}" for token in tokens]
