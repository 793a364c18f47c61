"""Shapes of the dashboard's requests and answers."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.notifications import kinds
from apps.notifications.states import Channel, Priority


class NotificationOut(OutputSerializer):
    """One entry of the dashboard."""

    id: Any = serializers.UUIDField()
    notification_type: Any = serializers.CharField()
    title: Any = serializers.CharField()
    message: Any = serializers.CharField()
    subject_type: Any = serializers.CharField(help_text="What it is about, such as `booking`; may be empty.")
    subject_id: Any = serializers.CharField()
    subject_reference: Any = serializers.CharField()
    business_id: Any = serializers.UUIDField(allow_null=True)
    priority: Any = serializers.ChoiceField(choices=Priority.choices)
    is_read: Any = serializers.BooleanField()
    read_at: Any = serializers.DateTimeField(allow_null=True)
    sent_to_email: Any = serializers.BooleanField()
    email_sent_at: Any = serializers.DateTimeField(allow_null=True)
    created_at: Any = serializers.DateTimeField()


class UnreadCountOut(OutputSerializer):
    """How many entries are unread."""

    unread_count: Any = serializers.IntegerField()


class WishOut(OutputSerializer):
    """One cell of the table of kinds and channels."""

    notification_type: Any = serializers.CharField(source="kind.name")
    label: Any = serializers.CharField(source="kind.label")
    category: Any = serializers.CharField(source="kind.category.value")
    channel: Any = serializers.ChoiceField(choices=Channel.choices)
    is_enabled: Any = serializers.BooleanField()
    may_change: Any = serializers.BooleanField()


class PreferencesOut(OutputSerializer):
    """The whole table of kinds and channels."""

    preferences: Any = WishOut(many=True)


class WishIn(InputSerializer):
    """That one kind is wanted, or not, on one channel."""

    notification_type = serializers.CharField(max_length=60)
    channel = serializers.ChoiceField(choices=Channel.choices)
    is_enabled = serializers.BooleanField()

    def validate_notification_type(self, value: str) -> kinds.Kind:
        try:
            return kinds.get(value)
        except KeyError as error:
            raise serializers.ValidationError("There is no such kind of notification.") from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["channel"] not in attrs["notification_type"].shown_channels:
            raise serializers.ValidationError({"channel": "This kind does not go there."})
        return attrs


class PreferencesIn(InputSerializer):
    """The cells to change; what is not named stays as it is."""

    preferences = WishIn(many=True, max_length=500)
