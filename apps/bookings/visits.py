"""Links by which a guest, who cannot sign in, sees a booking and acts on it: signed, for one booking and its guest."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

PATH = "/visit/"


def visit_link(booking_id: UUID, customer_id: UUID) -> str:
    """Where the guest sees the booking. It ends with the guest: whoever has an account signs in."""
    return f"{settings.PUBLIC_BASE_URL}{PATH}?token={_signer(customer_id).sign(booking_id.hex)}"


def booking_named(token: str) -> UUID | None:
    """The booking that a token claims to be of; None for what is no token."""
    key = token.partition(":")[0]
    try:
        return UUID(hex=key) if len(key) == 32 else None
    except ValueError:
        return None


def is_genuine(token: str, customer_id: UUID) -> bool:
    """Whether the token was signed here, for this customer."""
    try:
        _signer(customer_id).unsign(token)
    except BadSignature:
        return False
    return True


def _signer(customer_id: UUID) -> Signer:
    return Signer(salt=f"bookings.visit.{customer_id}")
