"""Those who wait for a seat of a full session."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.bookings.states import LIVE_WAITS, WaitState
from apps.core.models import BaseModel, BaseQuerySet

W = WaitState

# A seat that is offered counts as booked: nobody else can take it.
_COUNT = """
    PERFORM availability_count_seats(NEW.slot_id,
        (NEW.state = 'OFFERED')::integer - CASE WHEN TG_OP = 'UPDATE' THEN (OLD.state = 'OFFERED')::integer ELSE 0 END);
    RETURN NULL;
"""


class WaitingQuerySet(BaseQuerySet):
    def live(self) -> Self:
        """Those that are in line or have an offer."""
        return self.filter(state__in=LIVE_WAITS)

    def in_line(self, slot_id: UUID) -> Self:
        """Those who wait for a seat of the slot and may book, the first come first."""
        waiting = self.filter(slot_id=slot_id, state=W.WAITING, customer__is_active=True)
        return waiting.order_by("created_at", "pk")

    def in_vain(self, at: datetime) -> Self:
        """Those who are still in line though the session has begun, the longest ago first."""
        return self.filter(state=W.WAITING, waits_until__lte=at).order_by("waits_until", "pk")

    def lapsing(self, at: datetime) -> Self:
        """Those whose offer has run out, the longest ago first."""
        return self.filter(state=W.OFFERED, offer_expires_at__lte=at).order_by("offer_expires_at", "pk")


class WaitingEntry(BaseModel):
    """One customer in the line for a seat of a slot."""

    slot = models.ForeignKey("availability.CapacitySlot", on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=W.choices, default=W.WAITING)
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    waits_until = models.DateTimeField(help_text="The session's start: nobody waits for a seat any longer.")
    closed_at = models.DateTimeField(null=True, blank=True)
    booking = models.OneToOneField(
        "bookings.Booking", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: Any = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "waiting entries"
        constraints = [
            UniqueConstraint(fields=["slot", "customer"], condition=Q(state__in=LIVE_WAITS), name="waiting_once"),
            CheckConstraint(condition=Q(state__in=W.values), name="waiting_state_known"),
            CheckConstraint(
                condition=~Q(state=W.OFFERED)
                | Q(offered_at__isnull=False, offer_expires_at__gt=models.F("offered_at")),
                name="waiting_offer_runs_out",
            ),
            CheckConstraint(
                condition=Q(state=W.ACCEPTED, booking__isnull=False) | ~Q(state=W.ACCEPTED) & Q(booking=None),
                name="waiting_accepted_has_booked",
            ),
            CheckConstraint(
                condition=Q(state__in=LIVE_WAITS, closed_at=None)
                | ~Q(state__in=LIVE_WAITS) & Q(closed_at__isnull=False),
                name="waiting_closed_has_its_moment",
            ),
        ]
        indexes = [
            Index(fields=["slot", "created_at", "id"], condition=Q(state=W.WAITING), name="waiting_in_line"),
            Index(fields=["offer_expires_at", "id"], condition=Q(state=W.OFFERED), name="waiting_to_lapse"),
            Index(fields=["waits_until", "id"], condition=Q(state=W.WAITING), name="waiting_to_end"),
            Index(fields=["customer", "-created_at"], name="waiting_of_customer"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="waiting_offer_is_counted",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                func=_COUNT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} for {self.slot}"
