from typing import Any

from rest_framework import serializers

from apps.accounts.api.serializers.account import AccountOut
from apps.accounts.states import Role
from apps.core.api.serializers import InputSerializer, OutputSerializer


class PersonOut(AccountOut):
    """Somebody, as ops see them."""

    is_active: Any = serializers.BooleanField()
    suspended_at: Any = serializers.DateTimeField(allow_null=True)
    last_login: Any = serializers.DateTimeField(allow_null=True)


class RoleIn(InputSerializer):
    role = serializers.ChoiceField(choices=Role.choices)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class EmploymentIn(InputSerializer):
    department = serializers.CharField(max_length=80, allow_blank=True)
    hire_date = serializers.DateField(allow_null=True)


class EmploymentOut(OutputSerializer):
    department: Any = serializers.CharField()
    hire_date: Any = serializers.DateField(allow_null=True, source="hired_on")


class ViewOut(OutputSerializer):
    """A read-only token onto somebody's screen."""

    access: Any = serializers.CharField()
    ends_at: Any = serializers.DateTimeField()
