"""Links by which a customer acts on a booking without signing in, and the trigger that ends them with it."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.bookings.states import LINKABLE, LinkAction
from apps.core.models import BaseModel, BaseQuerySet

_LINKABLE = ", ".join(f"'{state.value}'" for state in LINKABLE)
_REVOKE = """
    UPDATE bookings_actionlink SET revoked_at = NEW.changed_at, updated_at = NEW.changed_at
        WHERE booking_id = NEW.id AND used_at IS NULL AND revoked_at IS NULL;
    RETURN NULL;
"""
_MOVE = """
    UPDATE bookings_actionlink SET expires_at = NEW.starts_at, updated_at = NEW.changed_at
        WHERE booking_id = NEW.id AND used_at IS NULL AND revoked_at IS NULL;
    RETURN NULL;
"""

# A link lives until the booking's start, wherever that moves; once the booking has begun or ended, none of its links acts.
LINKS_TRIGGERS = [
    pgtrigger.Trigger(
        name="booking_end_revokes_links",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition(f"OLD.status <> NEW.status AND NEW.status NOT IN ({_LINKABLE})"),
        func=_REVOKE,
    ),
    pgtrigger.Trigger(
        name="booking_links_move_with_it",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("starts_at"),
        condition=pgtrigger.Condition("OLD.starts_at <> NEW.starts_at"),
        func=_MOVE,
    ),
]


class ActionLinkQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Those that were neither used nor revoked."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def spend(self, link_id: UUID, *, at: datetime) -> bool:
        """Whether the link was still good, and is used now; of any number at once, one is told so."""
        return self.open().filter(pk=link_id, expires_at__gt=at).update(used_at=at, updated_at=at) == 1


class ActionLink(BaseModel):
    """What the holder of a link may do with one booking, once, until it starts. Of the link itself a digest is kept."""

    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=10, choices=LinkAction.choices)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(help_text="The booking's start, wherever it moves.")
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: Any = ActionLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest"], name="action_link_once"),
            CheckConstraint(condition=Q(action__in=LinkAction.values), name="action_link_known"),
            CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="action_link_ends_one_way"
            ),
            CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lt=F("expires_at")), name="action_link_used_in_time"
            ),
        ]
        indexes = [
            Index(
                fields=["booking"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="action_link_open",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="action_link_terms", fields=["booking", "action", "digest", "created_at"]),
            pgtrigger.Protect(
                name="action_link_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__used_at__isnull=False) | pgtrigger.Q(old__revoked_at__isnull=False),
            ),
            pgtrigger.Protect(name="action_link_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.booking_id}"
