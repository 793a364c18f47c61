from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from apps.accounts import contributions, queries
from apps.accounts.api.fields import LanguageField, PhoneField, TimeZoneField
from apps.accounts.contributions import ProfilePart
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.core.api.serializers import InputSerializer, OutputSerializer


class AccountOut(OutputSerializer):
    """Who somebody is."""

    id: Any = serializers.UUIDField()
    email: Any = serializers.EmailField(allow_null=True)
    phone: Any = serializers.CharField(allow_null=True)
    first_name: Any = serializers.CharField()
    last_name: Any = serializers.CharField()
    role: Any = serializers.ChoiceField(choices=Role.choices)
    email_verified: Any = serializers.SerializerMethodField()
    phone_verified: Any = serializers.SerializerMethodField()
    must_change_password: Any = serializers.BooleanField()
    time_zone: Any = serializers.CharField()
    language: Any = serializers.CharField()
    date_joined: Any = serializers.DateTimeField()

    def get_email_verified(self, user: User) -> bool:
        return user.email_verified_at is not None

    def get_phone_verified(self, user: User) -> bool:
        return user.phone_verified_at is not None


class AccountIn(InputSerializer):
    """What may be changed of the account."""

    first_name = serializers.CharField(max_length=80, allow_blank=True)
    last_name = serializers.CharField(max_length=80, allow_blank=True)
    phone = PhoneField(required=False, allow_null=True)
    time_zone = TimeZoneField(required=False)
    language = LanguageField(required=False)


def my_account_out() -> type[AccountOut]:
    """``AccountOut`` with whether a second factor is on, and with what other apps add."""
    own = {"second_factor": serializers.BooleanField(help_text="Whether a second factor is switched on.")}
    return type("MyAccountOut", (AccountOut,), {**own, **output_fields(contributions.current().account)})


def my_account_in() -> type[AccountIn]:
    """``AccountIn`` with what other apps take."""
    return type("MyAccountIn", (AccountIn,), input_fields(contributions.current().account))


def account_data(user: User) -> dict[str, Any]:
    """The answer to "who am I"."""
    own = {"second_factor": queries.has_second_factor(user)}
    return {**AccountOut(user).data, **own, **read_parts(contributions.current().account, user)}


def output_fields(parts: Iterable[ProfilePart]) -> dict[str, Any]:
    """The fields that parts add to an answer, by name."""
    return {name: field for part in parts for name, field in part.fields().items()}


def input_fields(parts: Iterable[ProfilePart]) -> dict[str, Any]:
    """The fields that parts take, by name."""
    return {name: field for part in parts for name, field in part.inputs().items()}


def read_parts(parts: Iterable[ProfilePart], user: User) -> dict[str, Any]:
    """What the parts add to an answer, as their fields show it."""
    shown: dict[str, Any] = {}
    for part in parts:
        serializer = type("PartOut", (OutputSerializer,), part.fields())
        shown |= serializer(part.read(user)).data
    return shown
