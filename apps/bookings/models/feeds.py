from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.core.models import BaseModel, BaseQuerySet


class CalendarKeyQuerySet(BaseQuerySet):
    def live(self) -> Self:
        """Those that open a feed."""
        return self.filter(revoked_at__isnull=True)


class CalendarKey(BaseModel):
    """What opens the calendar feed of a person's own jobs to a calendar program; of the key itself a digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: Any = CalendarKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest"], name="calendar_key_once"),
            UniqueConstraint(fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_key_one_at_a_time"),
            CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="calendar_key_revoked_later",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="calendar_key_terms", fields=["user", "digest", "created_at"]),
            pgtrigger.Protect(
                name="calendar_key_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
