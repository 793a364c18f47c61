"""Guests are found again by whoever proves that their address or number is theirs."""

from datetime import datetime

from apps.accounts.events import GuestTakenOver
from apps.accounts.models import User
from apps.accounts.models.users import UserQuerySet
from apps.core import audit
from apps.core.events import publish


def take_over_by_email(user: User, *, at: datetime) -> None:
    """Whoever booked as a guest with the person's proven e-mail has become this person. Called within a transaction."""
    _take_over(user, User.objects.filter(is_guest=True, email__iexact=user.email), at=at)


def take_over_by_phone(user: User, *, at: datetime) -> None:
    """As above, of guests who left no e-mail, by the person's proven number."""
    _take_over(user, User.objects.filter(is_guest=True, email__isnull=True, phone=user.phone), at=at)


def _take_over(user: User, guests: UserQuerySet, *, at: datetime) -> None:
    for guest in guests.locked():
        guest.taken_over_by = user
        guest.is_deleted, guest.deleted_at = True, at
        guest.save(update_fields=["taken_over_by", "is_deleted", "deleted_at"])
        audit.record("guest.taken_over", target=user, by=user, at=at, after={"guest": str(guest.pk)})
        publish(GuestTakenOver(guest_id=guest.pk, user_id=user.pk, taken_over_at=at))
