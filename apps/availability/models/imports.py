"""Other calendars of a person, read by their address, and the time that they take."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.core.fields import EncryptedTextField
from apps.core.models import BaseModel, BaseQuerySet


class ImportedCalendarQuerySet(BaseQuerySet):
    def due(self, at: datetime) -> Self:
        """Those that are to be read again, the longest overdue first."""
        return self.filter(next_read_at__lte=at).order_by("next_read_at", "pk")


class ImportedCalendar(BaseModel):
    """Somebody's other calendar. Its address is a secret: whoever has it reads the calendar.

    ``next_read_at`` is when it is due; while it is being read that is the end of the reader's lease, and ``reads`` is whose
    turn it is: a reader that was overtaken records nothing.
    """

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=80)
    address = EncryptedTextField()
    digest = models.CharField(max_length=64, help_text="Of the address, so that no calendar is read twice.")
    host = models.CharField(max_length=253)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    next_read_at = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row; none since the last success.")
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="The last success: how fresh it is.")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When it last said something new.")
    last_error = models.CharField(max_length=300, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    covered_until = models.DateTimeField(null=True, blank=True, help_text="How far its recurring events are laid out.")
    events = models.PositiveIntegerField(default=0, help_text="Spans of time that it takes.")

    objects: Any = ImportedCalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["staff_member", "digest"], name="imported_calendar_once"),
            CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(tried_at__isnull=False, tried_at__gte=F("read_at")),
                name="imported_calendar_tried_to_read",
            ),
            CheckConstraint(condition=Q(failures=0) | ~Q(last_error=""), name="imported_calendar_failure_says_why"),
        ]
        indexes = [Index(fields=["next_read_at", "id"], name="imported_calendar_due")]

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"


class ImportedSpan(models.Model):
    """Time that another calendar says is taken, as it said last; what is laid of it into busy blocks is what is free."""

    calendar = models.ForeignKey(ImportedCalendar, on_delete=models.CASCADE, related_name="spans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    during = DateTimeRangeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(during__isempty=False), name="imported_span_has_length")]
        indexes = [GistIndex(fields=["person", "during"], name="imported_span_when")]

    def __str__(self) -> str:
        return f"{self.during}"
