from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models

from apps.core.models import BaseModel, BaseQuerySet
from apps.notifications.states import DELIVERY_MOVES, Channel, DeliveryState

_WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)


class DeliveryQuerySet(BaseQuerySet):
    def due(self, at: datetime) -> "DeliveryQuerySet":
        """Those to try now: waiting ones whose time has come, and those whose sender has died."""
        waiting = models.Q(state__in=_WAITING, next_attempt_at__lte=at)
        abandoned = models.Q(state=DeliveryState.SENDING, next_attempt_at__lte=at)
        return self.filter(waiting | abandoned)

    def open(self) -> "DeliveryQuerySet":
        """Those that will still be tried."""
        return self.filter(state__in=(*_WAITING, DeliveryState.SENDING))


class DeliveryLog(BaseModel):
    """One notification on its way through one channel.

    ``next_attempt_at`` is when it is due; while it is ``SENDING`` that is the end of the sender's lease.
    ``handed_over_at`` is written just before the provider is called, by which a dead sender's delivery is judged.
    """

    notification = models.ForeignKey("notifications.Notification", on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=9, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    rank = models.PositiveSmallIntegerField(default=2, help_text="The lowest goes first: 0 urgent … 3 low.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Later than this it is of no use.")
    handed_over_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=254, blank=True)
    provider_id = models.CharField(max_length=254, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects: Any = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=models.Q(channel__in=[Channel.EMAIL, Channel.PUSH, Channel.SMS]),
                name="delivery_channel_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DeliveryState.SENT) | models.Q(sent_at__isnull=False),
                name="delivery_sent_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[*_WAITING, DeliveryState.SENDING])
                | models.Q(next_attempt_at__isnull=False),
                name="delivery_open_has_due_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rank", "next_attempt_at", "id"],
                condition=models.Q(state__in=[*_WAITING, DeliveryState.SENDING]),
                name="delivery_due",
            ),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="delivery_provider_id"),
            models.Index(fields=["channel", "-created_at"], name="delivery_channel_newest"),
            models.Index(
                fields=["-created_at"], condition=models.Q(state=DeliveryState.DEAD), name="delivery_failed_for_good"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="delivery_moves", field="state", transitions=[(str(a), str(b)) for a, b in DELIVERY_MOVES]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.notification_id}"
