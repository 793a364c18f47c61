"""What notifications add to a person's account and export; the account itself knows no kind of notification."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.notifications import kinds, operations, queries
from apps.notifications.kinds import Kind
from apps.notifications.models import Notification
from apps.notifications.queries import Wish
from apps.notifications.states import Channel

_SCHEMA = {
    "type": "object",
    "description": "By kind and channel, whether it is wanted; `/notifications/preferences/` says what each kind is.",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "boolean"}},
    "example": {"booking_started": {"DASHBOARD": True, "PUSH": False}},
}


@extend_schema_field(_SCHEMA)
class PreferencesTableField(serializers.Field):
    """``{"booking_started": {"PUSH": false}}``; what is not named stays as it is."""

    default_error_messages = {"shape": 'Write preferences as {{"booking_started": {{"PUSH": false}}}}.'}

    def to_internal_value(self, data: Any) -> list[tuple[Kind, Channel, bool]]:
        if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
            self.fail("shape")
        return [
            self._cell(str(name), channel, is_enabled)
            for name, channels in data.items()
            for channel, is_enabled in channels.items()
        ]

    def _cell(self, name: str, channel: Any, is_enabled: Any) -> tuple[Kind, Channel, bool]:
        if not isinstance(is_enabled, bool):
            self.fail("shape")
        try:
            kind = kinds.get(name)
        except KeyError as error:
            raise serializers.ValidationError("There is no such kind of notification.") from error
        if channel not in kind.shown_channels:
            raise serializers.ValidationError("This kind does not go there.")
        return kind, Channel(channel), is_enabled

    def to_representation(self, value: Any) -> Any:
        return value


def fields() -> dict[str, Any]:
    """The shape of ``read``."""
    return {"notification_preferences": PreferencesTableField()}


def inputs() -> dict[str, Any]:
    """What a person may send of it."""
    return {"notification_preferences": PreferencesTableField(required=False)}


def read(user: Any) -> dict[str, Any]:
    """What the person wants to hear, and where."""
    return {"notification_preferences": _table(queries.wishes_of(user))}


def write(*, user: Any, values: dict[str, Any], at: datetime) -> None:
    """What the person sent is wanted, or not, from now on. Raises: CannotBeMuted."""
    operations.set_preferences(by=user, wanted=values["notification_preferences"], at=at)


def export(user: Any) -> dict[str, Any]:
    """What the person was told, newest first, and what they want to hear."""
    told = Notification.objects.visible_to(user).order_by("-created_at", "-id")
    return {
        "told": list(told.values("created_at", "notification_type", "title", "message", "is_read")),
        "preferences": _table(queries.wishes_of(user)),
    }


def _table(wishes: list[Wish]) -> dict[str, dict[str, bool]]:
    table: dict[str, dict[str, bool]] = {}
    for wish in wishes:
        table.setdefault(wish.kind.name, {})[wish.channel.value] = wish.is_enabled
    return table
