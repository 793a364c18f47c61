from typing import Any

from django.db import models
from django.db.models.functions import Lower

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.notifications.states import Channel, SuppressionReason


class Preference(BaseModel):
    """That a person wants, or does not want, one kind on one channel; where there is no row, they want it."""

    user = user_foreign_key(on_delete=models.CASCADE)
    notification_type = models.CharField(max_length=60)
    channel = models.CharField(max_length=9, choices=Channel.choices)
    is_enabled = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "notification_type", "channel"], name="preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_type} {self.channel} {'on' if self.is_enabled else 'off'}"


class SuppressedQuerySet(BaseQuerySet):
    def stopping(self, addresses: list[str]) -> "SuppressedQuerySet":
        """The rows of those of the addresses, given in lower case, to which nothing may be sent."""
        return self.annotate(lowered=Lower("address")).filter(lowered__in=addresses)


class SuppressedAddress(BaseModel):
    """An address to which nothing is sent any more: mail came back from it, or its owner complained."""

    channel = models.CharField(max_length=9, choices=Channel.choices, default=Channel.EMAIL)
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=9, choices=SuppressionReason.choices)
    detail = models.TextField(blank=True)

    objects: Any = SuppressedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "suppressed addresses"
        constraints = [
            models.UniqueConstraint("channel", Lower("address"), name="suppressed_address_once"),
        ]

    def __str__(self) -> str:
        return self.address
