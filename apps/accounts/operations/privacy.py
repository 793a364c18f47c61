"""Personal data out, and erasure: names and contacts go, the books stay."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts import contributions, queries
from apps.accounts.errors import ErasureRefused, LastAdmin
from apps.accounts.events import UserErased
from apps.accounts.models import (
    AccountActivity,
    Address,
    ApiKey,
    OneTimeCode,
    OpsProfile,
    Profile,
    PushDevice,
    SecondFactor,
    SignIn,
    User,
)  # fmt: skip
from apps.accounts.operations.activity import note_activity
from apps.accounts.operations.one_time_codes import spend_code
from apps.accounts.operations.passwords import confirm_own_password
from apps.accounts.operations.sessions import end_all_tokens
from apps.accounts.states import ActivityKind, CodePurpose, Role, SignInEnd
from apps.core import audit
from apps.core.errors import Invalid
from apps.core.events import publish

_GONE = "—"


@transaction.atomic
def export_personal_data(*, user: User, at: datetime) -> dict[str, Any]:
    """Everything that is kept about the person, by section, ready for JSON; that it was asked for is on record."""
    note_activity(user_id=user.pk, kind=ActivityKind.DATA_EXPORTED, at=at)
    audit.record("user.data_exported", target=user, by=user, at=at)
    return {
        "account": _account(user),
        "profile": _profile(user),
        "addresses": list(map(_address, queries.addresses_of(user))),
        "devices": list(queries.devices_of(user).values("kind", "name", "last_seen_at")),
        "sign_ins": list(
            SignIn.objects.filter(user=user)
            .order_by("-created_at", "pk")
            .values("created_at", "ended_at", "end_reason", "ip_address", "user_agent")
        ),
        "history": list(queries.activity_of(user).values("created_at", "kind", "note", "ip_address", "user_agent")),
        **{section: gather(user) for section, gather in contributions.current().exporters.items()},
    }


def erase(*, user: User, at: datetime, password: str = "", code: str = "") -> None:
    """Names, contacts and ways in are gone, every token has ended; who it was is one more number in the books.

    Confirmed by the password, or by a code to the phone of those who have none.
    Raises: PasswordWrong; CodeWrong; LockedOut; ErasureRefused with the reasons.
    """
    if user.has_usable_password():
        confirm_own_password(user=user, password=password, at=at)
    elif code:
        spend_code(user=user, purpose=CodePurpose.ERASE, code=code, at=at)
    else:
        raise Invalid(errors={"code": ["Ask for a code to your phone, and type it here."]})
    with transaction.atomic():
        _erase(User.objects.locked().get(pk=user.pk), at=at)


def _erase(user: User, *, at: datetime) -> None:
    objections = [words for ask in contributions.current().erasure_objections if (words := ask(user))]
    if objections:
        raise ErasureRefused(errors={"non_field_errors": objections}, data={"reasons": objections})
    if (
        user.role == Role.ADMIN
        and not User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk).exists()
    ):
        raise LastAdmin
    end_all_tokens(user_id=user.pk, reason=SignInEnd.ERASED, at=at)
    user.refresh_from_db(fields=["token_version"])
    for model in (SecondFactor, PushDevice, OneTimeCode, Profile, OpsProfile, AccountActivity):
        model._default_manager.filter(user=user).delete()
    ApiKey.objects.live().filter(user=user).update(revoked_at=at)
    SignIn.objects.filter(user=user).update(ip_address=None, user_agent="")
    # Rows of others may point at an address, so the row stays, and says nothing any more.
    Address.all_objects.filter(user=user).update(
        label=_GONE, lines=[_GONE], landmark="", city=_GONE, state="", postal_code="", point=None, point_source="NONE",
        is_default=False, is_deleted=True, deleted_at=at,
    )  # fmt: skip
    user.first_name = user.last_name = ""
    user.email = user.phone = user.email_verified_at = user.phone_verified_at = None
    user.is_active = user.is_staff = False
    user.suspended_at = None
    user.set_unusable_password()
    user.is_deleted, user.deleted_at, user.erased_at = True, at, at
    user.save()
    audit.record("user.erased", target=user, by=user, at=at)
    publish(UserErased(user_id=user.pk, erased_at=at))


def _account(user: User) -> dict[str, Any]:
    names = ("email", "phone", "first_name", "last_name", "role", "time_zone", "language", "date_joined")
    proofs = ("email_verified_at", "phone_verified_at")
    return {"id": str(user.pk), **{name: getattr(user, name) for name in (*names, *proofs)}}


def _profile(user: User) -> dict[str, Any]:
    profile = queries.profile_of(user)
    names = ("avatar", "bio", "location_name", "preferences")
    return {**{name: getattr(profile, name) for name in names}, "location": _point(profile.location)}


def _address(address: Address) -> dict[str, Any]:
    names = ("label", "lines", "landmark", "city", "state", "postal_code", "country", "is_default")
    return {**{name: getattr(address, name) for name in names}, "point": _point(address.point)}


def _point(point: Any) -> dict[str, float] | None:
    return None if point is None else {"latitude": point.y, "longitude": point.x}
