"""Questions about people: read-only."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import (
    AccountActivity,
    Address,
    ApiKey,
    OpsProfile,
    Profile,
    PushDevice,
    RecoveryCode,
    SecondFactor,
    User,
)


def has_second_factor(user: User) -> bool:
    """Whether the person's second factor is on."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def profile_of(user: User) -> Profile:
    """The person's profile; an empty one, not stored, where nothing was ever written."""
    return Profile.objects.filter(user=user).first() or Profile(user=user)


def ops_profile_of(user: User) -> OpsProfile:
    """What is kept about one of our own; an empty one, not stored, where nothing was ever written."""
    return OpsProfile.objects.filter(user=user).first() or OpsProfile(user=user)


def addresses_of(user: Any) -> QuerySet[Address]:
    """The person's saved addresses, the default first."""
    return Address.objects.filter(user=user).order_by("-is_default", "created_at", "pk")


def devices_of(user: Any) -> QuerySet[PushDevice]:
    """The devices that the person's messages are pushed to."""
    return PushDevice.objects.filter(user=user).order_by("-last_seen_at", "pk")


def api_keys_of(user: Any) -> QuerySet[ApiKey]:
    """The person's keys, revoked ones included."""
    return ApiKey.objects.filter(user=user).order_by("-created_at", "pk")


def activity_of(user: Any) -> QuerySet[AccountActivity]:
    """What the person is shown of the account's history."""
    return AccountActivity.objects.filter(user=user).select_related("actor").order_by("-created_at", "-id")


def people() -> QuerySet[User]:
    """Everybody with an account, suspended people included."""
    return User.objects.registered().order_by("-created_at", "pk")


def person(user_id: UUID) -> User | None:
    """Somebody with an account."""
    return people().filter(pk=user_id).first()


def recovery_codes_left(user: Any) -> int:
    """How many recovery codes would still open the account."""
    return RecoveryCode.objects.filter(second_factor__user=user, used_at__isnull=True).count()
