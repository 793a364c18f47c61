"""``available_actions``: what the caller could do next, read off the same rules that will decide it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import OutputSerializer
from apps.core.words import said


@dataclass(frozen=True, kw_only=True)
class AvailableAction:
    """One action: where it is, until when, what it does to money, and, where it is refused now, why."""

    name: str
    method: str
    path: str
    enabled: bool = True
    reason: str | None = None
    deadline: datetime | None = None
    money_effect: str | None = None


class SaidField(serializers.CharField):
    """Words for the caller, in the caller's language."""

    def to_representation(self, value: Any) -> str:
        return said(value)


class AvailableActionOut(OutputSerializer):
    """One action that the caller could take."""

    name: Any = serializers.CharField()
    method: Any = serializers.CharField()
    path: Any = serializers.CharField()
    enabled: Any = serializers.BooleanField()
    reason: Any = SaidField(allow_null=True)
    deadline: Any = serializers.DateTimeField(allow_null=True)
    money_effect: Any = serializers.CharField(allow_null=True)
