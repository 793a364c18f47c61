from typing import Any

from rest_framework import serializers

from apps.accounts.api.fields import LanguageField, PhoneField, TimeZoneField
from apps.accounts.api.serializers.account import AccountOut
from apps.accounts.states import SELF_SERVICE_ROLES
from apps.core.api.serializers import InputSerializer, OutputSerializer


class RegisterIn(InputSerializer):
    """E-mail and password, or a phone; both are welcome."""

    email = serializers.EmailField(required=False, allow_null=True)
    password = serializers.CharField(required=False, max_length=128, write_only=True, trim_whitespace=False)
    first_name = serializers.CharField(required=False, max_length=80, allow_blank=True, default="")
    last_name = serializers.CharField(required=False, max_length=80, allow_blank=True, default="")
    phone = PhoneField(required=False, allow_null=True)
    role = serializers.ChoiceField(choices=sorted(SELF_SERVICE_ROLES), default="CUSTOMER")
    time_zone = TimeZoneField(required=False, default="UTC")
    language = LanguageField(required=False, default="en")
    referral_code = serializers.CharField(
        required=False, max_length=20, allow_blank=True, default="", help_text="Of whoever told the person of us."
    )


class LoginIn(InputSerializer):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(
        required=False, max_length=32, allow_blank=True, default="", help_text="The second factor, where one is set."
    )


class CodeLoginIn(InputSerializer):
    phone = PhoneField()
    one_time_code = serializers.CharField(max_length=12)
    code = serializers.CharField(
        required=False, max_length=32, allow_blank=True, default="", help_text="The second factor, where one is set."
    )


class SecondFactorLoginIn(InputSerializer):
    challenge = serializers.CharField(max_length=1000)
    code = serializers.CharField(max_length=32, help_text="From the authenticator, or a recovery code.")


class PhoneIn(InputSerializer):
    phone = PhoneField()


class RefreshIn(InputSerializer):
    refresh = serializers.CharField(max_length=4000)


class LogoutIn(InputSerializer):
    refresh = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class TokensOut(OutputSerializer):
    access: Any = serializers.CharField()
    refresh: Any = serializers.CharField()


class LoginOut(OutputSerializer):
    """Tokens and the person, or, where a second factor is set, a challenge to answer with it."""

    access: Any = serializers.CharField(allow_null=True)
    refresh: Any = serializers.CharField(allow_null=True)
    user: Any = AccountOut(allow_null=True)
    second_factor_required: Any = serializers.BooleanField()
    challenge: Any = serializers.CharField(allow_null=True)
    next_step: Any = serializers.ChoiceField(
        choices=["PASSWORD_CHANGE", "ENROLMENT"],
        allow_null=True,
        help_text="What has to be done before anything else opens.",
    )


class DeviceTokenOut(OutputSerializer):
    device_token: Any = serializers.CharField(help_text="Send it as X-Device-Token with every request.")
