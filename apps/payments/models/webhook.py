"""The inbox: every signed event of every gateway, kept for ever, processed once."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q, UniqueConstraint
from django_fsm import FSMField

from apps.core.ids import new_id
from apps.core.models import BaseQuerySet
from apps.payments.states import WEBHOOK_MOVES, WebhookState

S = WebhookState


class WebhookQuerySet(BaseQuerySet):
    def due(self, at: datetime) -> Self:
        """Events on which something is to be done now, the oldest first."""
        return self.filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class WebhookEvent(models.Model):
    """One event as it came. ``next_attempt_at`` is also the lease of the worker that holds it; None: nothing to do."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    event_type = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=160, blank=True, default="", help_text="The payment it speaks of.")
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = FSMField(max_length=12, choices=S.choices, default=S.RECEIVED, protected=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["gateway", "event_id"], name="webhook_once_for_ever")]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(next_attempt_at__isnull=False), name="webhook_due"
            ),
            models.Index(fields=["gateway", "subject"], condition=Q(state=S.PARKED), name="webhook_parked_subject"),
            models.Index(fields=["-received_at", "-id"], name="webhook_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="webhook_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="webhook_moves", field="state", transitions=[(a.value, b.value) for a, b in WEBHOOK_MOVES]
            ),
            pgtrigger.ReadOnly(
                name="webhook_as_it_came",
                fields=["gateway", "event_id", "event_type", "body", "headers", "received_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_type} {self.event_id}"

    @property
    def is_done(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {S.PROCESSED, S.IGNORED}
