"""Whom a link names, and why it does nothing any more."""

from datetime import datetime

from apps.bookings import link_tokens
from apps.bookings.errors import LinkExpired, LinkRevoked, LinkUnknown, LinkUsed
from apps.bookings.models import ActionLink
from apps.core.errors import DomainError


def find_link(token: str) -> ActionLink:
    """The link with its booking and people, good or not. Raises: LinkUnknown."""
    link: ActionLink | None = None
    if link_tokens.is_ours(token):
        links = ActionLink.objects.select_related(
            "booking__business", "booking__service", "booking__staff_member", "booking__customer"
        )
        link = links.filter(digest=link_tokens.digest_of(token)).first()
    if link is None:
        raise LinkUnknown
    return link


def why_link_ended(link: ActionLink, at: datetime) -> DomainError | None:
    """Why the link does nothing any more, or None while it is good."""
    if link.used_at is not None:
        return LinkUsed()
    if link.revoked_at is not None:
        return LinkRevoked()
    return LinkExpired() if at >= link.expires_at else None
