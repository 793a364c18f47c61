from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts import contributions
from apps.accounts.models import OpsProfile, Profile, User
from apps.accounts.operations.register import save_unique
from apps.accounts.states import OPS_ROLES
from apps.core import audit
from apps.core.errors import Invalid, NotFound

_ACCOUNT_FIELDS = ("first_name", "last_name", "phone", "time_zone", "language")
_PROFILE_FIELDS = ("avatar", "bio", "location", "location_name", "preferences")
_USER_FIELDS_OF_PROFILE = ("time_zone", "language")


@transaction.atomic
def update_account(*, user: User, values: dict[str, Any], at: datetime) -> User:
    """What was sent of the account is stored; a new phone has to be proven again.

    Raises: PhoneTaken; Invalid when no way to reach the person would be left.
    """
    locked = User.objects.locked().get(pk=user.pk)
    changed = [name for name in _ACCOUNT_FIELDS if name in values and getattr(locked, name) != values[name]]
    if "phone" in changed and not values["phone"] and not locked.email:
        raise Invalid(errors={"phone": ["This number is the only way to sign you in."]})
    if "phone" in changed:
        _note_phone_change(locked, by=user, at=at)
    for name in changed:
        setattr(locked, name, values[name])
    if changed:
        save_unique(locked, update_fields=[*changed, "phone_verified_at"])
    contributions.write_parts(contributions.current().account, user=locked, values=values, at=at)
    return locked


def _note_phone_change(user: User, *, by: User, at: datetime) -> None:
    # Someone who signs in by the number alone would be locked out by a typing error, so the number moves only
    # beside an e-mail; the guard above keeps the last way in.
    if not user.email:
        raise Invalid(errors={"phone": ["You sign in by this number. Add an e-mail before you change it."]})
    user.phone_verified_at = None
    audit.record("user.phone_changed", target=user, by=by, at=at)


@transaction.atomic
def update_profile(*, user: User, values: dict[str, Any], at: datetime) -> None:
    """What was sent of the profile is stored, and each part of it by the app that added it."""
    locked = User.objects.locked().get(pk=user.pk)
    own = {name: values[name] for name in _PROFILE_FIELDS if name in values}
    if own:
        Profile.objects.update_or_create(user=locked, defaults=own)
    of_user = [name for name in _USER_FIELDS_OF_PROFILE if name in values]
    for name in of_user:
        setattr(locked, name, values[name])
    if of_user:
        locked.save(update_fields=of_user)
    contributions.write_parts(contributions.profile_parts(locked.role), user=locked, values=values, at=at)


@transaction.atomic
def update_ops_profile(*, user_id: Any, department: str, hired_on: Any, by: User, at: datetime) -> OpsProfile:
    """What the marketplace keeps about one of its own is stored. Raises: NotFound for anybody else."""
    user = User.objects.registered().locked().filter(pk=user_id, role__in=OPS_ROLES).first()
    if user is None:
        raise NotFound
    row, _ = OpsProfile.objects.update_or_create(user=user, defaults={"department": department, "hired_on": hired_on})
    audit.record(
        "user.ops_profile_changed", target=user, by=by, at=at, after={"department": department, "hired_on": hired_on}
    )
    return row
