from typing import Any

from rest_framework import serializers

from apps.accounts.api.fields import PhoneField
from apps.core.api.fields import MomentField
from apps.core.api.serializers import InputSerializer, OutputSerializer


class PasswordIn(InputSerializer):
    current_password = serializers.CharField(max_length=128, trim_whitespace=False)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)


class ForgotIn(InputSerializer):
    """The e-mail, or the phone of somebody who has no mail."""

    email = serializers.EmailField(required=False)
    phone = PhoneField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"email": ["Give an e-mail or a phone."]})
        return attrs


class ResetIn(InputSerializer):
    token = serializers.CharField(max_length=1000)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenIn(InputSerializer):
    token = serializers.CharField(max_length=1000)


class EmailIn(InputSerializer):
    email = serializers.EmailField()


class CodeIn(InputSerializer):
    code = serializers.CharField(max_length=32)


class EnrolmentOut(OutputSerializer):
    """For the authenticator: scan the picture, or type the seed."""

    seed: Any = serializers.CharField()
    uri: Any = serializers.CharField()
    qr_svg: Any = serializers.CharField(help_text="An SVG document.")


class RecoveryCodesOut(OutputSerializer):
    """Shown this once; each opens once."""

    recovery_codes: Any = serializers.ListField(child=serializers.CharField())


class SecondFactorOut(OutputSerializer):
    enabled: Any = serializers.BooleanField()
    required: Any = serializers.BooleanField(help_text="Whether your role may not be without.")
    recovery_codes_left: Any = serializers.IntegerField()


class ApiKeyIn(InputSerializer):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=48),
        min_length=1,
        max_length=40,
        help_text="`read`, `write`, or of one area, such as `bookings:write`.",
    )
    expires_at = MomentField(required=False, allow_null=True)


class ApiKeyOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    prefix: Any = serializers.CharField()
    scopes: Any = serializers.ListField(child=serializers.CharField())
    created_at: Any = serializers.DateTimeField()
    expires_at: Any = serializers.DateTimeField(allow_null=True)
    last_used_at: Any = serializers.DateTimeField(allow_null=True)
    revoked_at: Any = serializers.DateTimeField(allow_null=True)


class NewApiKeyOut(ApiKeyOut):
    key: Any = serializers.CharField(help_text="The key itself; it is never shown again.")
