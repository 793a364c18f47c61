"""Profiles: a base that everybody has, and what the role adds."""

from typing import Any

from rest_framework import serializers

from apps.accounts import contributions, queries
from apps.accounts.api.fields import LanguageField, PointField, PreferencesField, TimeZoneField
from apps.accounts.api.serializers.account import input_fields, output_fields, read_parts
from apps.accounts.api.serializers.addresses import AddressOut
from apps.accounts.contributions import ProfilePart
from apps.accounts.models import AccountActivity, User
from apps.accounts.states import OPS_ROLES, ActivityKind, DeviceKind, Role
from apps.core.api.serializers import InputSerializer, OutputSerializer

_LEVELS = {Role.ADMIN: "FULL", Role.OPS: "ACT", Role.VIEWER: "READ"}


class ProfileOut(OutputSerializer):
    """What every profile has."""

    user_id: Any = serializers.UUIDField()
    role: Any = serializers.ChoiceField(choices=Role.choices)
    name: Any = serializers.CharField()
    avatar: Any = serializers.URLField(allow_blank=True)
    bio: Any = serializers.CharField(allow_blank=True)
    time_zone: Any = serializers.CharField()
    language: Any = serializers.CharField()
    location: Any = PointField(allow_null=True)
    location_name: Any = serializers.CharField(allow_blank=True)
    preferences: Any = PreferencesField()


class ProfileIn(InputSerializer):
    """What may be changed of the profile; nothing is required."""

    avatar = serializers.URLField(required=False, allow_blank=True, max_length=500)
    bio = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    time_zone = TimeZoneField(required=False)
    language = LanguageField(required=False)
    location = PointField(required=False, allow_null=True)
    location_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    preferences = PreferencesField(required=False)

    def validate_avatar(self, value: str) -> str:
        if value and not value.startswith("https://"):
            raise serializers.ValidationError("Give an address that begins with https://.")
        return value


def _addresses() -> ProfilePart:
    return ProfilePart(
        name="addresses",
        roles=frozenset({Role.CUSTOMER}),
        fields=lambda: {"addresses": AddressOut(many=True, help_text="The saved ones, the default first.")},
        read=lambda user: {"addresses": queries.addresses_of(user)},
    )


def _employment() -> ProfilePart:
    def read(user: User) -> dict[str, Any]:
        row = queries.ops_profile_of(user)
        return {
            "department": row.department,
            "permission_level": _LEVELS[Role(user.role)],
            "hire_date": row.hired_on,
        }

    return ProfilePart(
        name="employment",
        roles=OPS_ROLES,
        fields=lambda: {
            "department": serializers.CharField(allow_blank=True),
            "permission_level": serializers.ChoiceField(choices=sorted(_LEVELS.values())),
            "hire_date": serializers.DateField(allow_null=True),
        },
        read=read,
    )


def parts_of(role: str) -> list[ProfilePart]:
    """Accounts' own parts of a role's profile, and those of the apps above."""
    own = [part for part in (_addresses(), _employment()) if role in part.roles]
    return [*own, *contributions.profile_parts(role)]


def profile_out(role: str) -> type[ProfileOut]:
    """The shape of a role's profile, told from the others by its ``role``."""
    own = {"role": serializers.ChoiceField(choices=[(role, Role(role).label)])}
    return type(f"{role.title()}ProfileOut", (ProfileOut,), output_fields(parts_of(role)) | own)


def profile_in(roles: list[str]) -> type[ProfileIn]:
    """What the roles may change of their profile."""
    fields = {name: field for role in roles for name, field in input_fields(contributions.profile_parts(role)).items()}
    name = "ProfileIn" if len(roles) > 1 else f"{roles[0].title()}ProfileIn"
    return type(name, (ProfileIn,), fields)


def profile_data(user: User) -> dict[str, Any]:
    """The profile of the caller's role."""
    profile = queries.profile_of(user)
    base = {
        "user_id": user.pk,
        "role": user.role,
        "name": user.name,
        "time_zone": user.time_zone,
        "language": user.language,
        **{name: getattr(profile, name) for name in ("avatar", "bio", "location", "location_name", "preferences")},
    }
    return {**ProfileOut(base).data, **read_parts(parts_of(user.role), user)}


class ActivityOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=ActivityKind.choices)
    at: Any = serializers.DateTimeField(source="created_at")
    by_our_team: Any = serializers.SerializerMethodField(help_text="Whether one of our team did it.")
    note: Any = serializers.CharField()
    ip_address: Any = serializers.CharField(allow_null=True)
    user_agent: Any = serializers.CharField()

    def get_by_our_team(self, row: AccountActivity) -> bool:
        return row.actor_id is not None


class EraseIn(InputSerializer):
    """The password; or, where there is none, the code that went to the phone."""

    password = serializers.CharField(max_length=128, required=False, default="", trim_whitespace=False)
    code = serializers.CharField(max_length=12, required=False, default="")


class WebPushKeysIn(InputSerializer):
    p256dh = serializers.RegexField(r"^[A-Za-z0-9_=+/-]{40,120}$")
    auth = serializers.RegexField(r"^[A-Za-z0-9_=+/-]{8,64}$")


class DeviceIn(InputSerializer):
    """`FCM` with its `token`, or `WEB_PUSH` with the browser's `endpoint` and `keys`."""

    kind = serializers.ChoiceField(choices=DeviceKind.choices)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    token = serializers.RegexField(r"^[\x21-\x7e]{8,4096}$", required=False)
    endpoint = serializers.CharField(max_length=2048, required=False)
    keys = WebPushKeysIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = ("token",) if attrs["kind"] == DeviceKind.FCM else ("endpoint", "keys")
        missing = {name: ["This field is required."] for name in needed if not attrs.get(name)}
        if missing:
            raise serializers.ValidationError(missing)
        return attrs


class DeviceOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=DeviceKind.choices)
    name: Any = serializers.CharField()
    last_seen_at: Any = serializers.DateTimeField()
