from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django_fsm import FSMField

from apps.core.fields import MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet
from apps.packages.states import USE_MOVES, UseState

S = UseState


class UseQuerySet(BaseQuerySet):
    def open_at(self, at: datetime) -> Self:
        """Those that can be used, or given back, now."""
        return self.filter(state=S.OPEN, expires_at__gt=at)

    def due(self, at: datetime) -> Self:
        """Those that have run out unused."""
        return self.filter(state=S.OPEN, expires_at__lte=at).order_by("expires_at", "pk")


class Use(BaseModel):
    """One use of a service that was bought with others; its money waits in a hold of its own.

    A booking spends it and gives it back by a trigger of the booking's row (``packages_spend_use``).
    """

    purchase = models.ForeignKey("packages.Purchase", on_delete=models.PROTECT, related_name="uses", db_index=False)
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    list_minor = MinorUnitsField(help_text="What the service cost by itself on the day.")
    worth_minor = MinorUnitsField(help_text="Its share of what was paid, by the list price.")
    state = FSMField(max_length=10, choices=S.choices, default=S.AWAITED, protected=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    booking_id = models.UUIDField(null=True, blank=True, help_text="The booking that has it.")
    spent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it ran out or its money went back.")

    objects: Any = UseQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["purchase", "number"], name="use_in_order"),
            CheckConstraint(condition=Q(worth_minor__gt=0), name="use_worth_positive"),
            CheckConstraint(condition=Q(state__in=S.values), name="use_state_known"),
            CheckConstraint(
                condition=Q(state=S.AWAITED, expires_at__isnull=True)
                | (~Q(state=S.AWAITED) & Q(expires_at__isnull=False)),
                name="use_paid_runs_out",
            ),
            CheckConstraint(
                condition=Q(state=S.SPENT, booking_id__isnull=False, spent_at__isnull=False)
                | (~Q(state=S.SPENT) & Q(booking_id__isnull=True)),
                name="use_spent_by_a_booking",
            ),
            CheckConstraint(
                condition=~Q(state__in=[S.REFUNDED, S.EXPIRED]) | Q(closed_at__isnull=False),
                name="use_closed_has_its_moment",
            ),
        ]
        indexes = [
            Index(fields=["expires_at", "id"], condition=Q(state=S.OPEN), name="use_to_expire"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="use_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in USE_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.Protect(name="use_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="use_terms",
                fields=["id", "purchase", "service", "number", "list_minor", "worth_minor", "created_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"use {self.number}"
