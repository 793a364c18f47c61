"""Alarms, where people were, and what was recorded."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.bookings.states import Party
from apps.core.ids import new_id
from apps.core.models import BaseModel, BaseQuerySet, append_only_triggers

LARGEST_CHUNK = 1024 * 1024
MOST_CHUNKS = 600


def _on_earth(name: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180, accuracy__gte=0)
        | Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180, accuracy__isnull=True),
        name=name,
    )


class SosQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Those that nobody has acknowledged."""
        return self.filter(acknowledged_at__isnull=True)

    def to_repeat(self, at: datetime) -> Self:
        """Those that are to be told again."""
        return self.open().filter(next_alert_at__lte=at).order_by("next_alert_at", "pk")


class SosAlarm(BaseModel):
    """Somebody called for help from a job. It is told again until somebody acknowledges it, so and so often at most."""

    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="alarms", db_index=False)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_as = models.CharField(max_length=10, choices=Party.choices)
    raised_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    rounds = models.PositiveSmallIntegerField(default=1, help_text="How often it has been told.")
    next_alert_at = models.DateTimeField(null=True, blank=True, help_text="When it is told again.")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acknowledged_as = models.CharField(max_length=10, choices=Party.choices, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: Any = SosQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            UniqueConstraint(
                fields=["booking", "raised_by"], condition=Q(acknowledged_at__isnull=True), name="sos_open_once"
            ),
            CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, next_alert_at__isnull=True),
                name="sos_acknowledged_by_whom",
            ),
        ]
        indexes = [
            Index(fields=["booking", "raised_at"], name="sos_of_booking"),
            Index(fields=["next_alert_at", "id"], condition=Q(next_alert_at__isnull=False), name="sos_to_repeat"),
        ]
        triggers = [
            pgtrigger.Protect(name="sos_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sos_terms", fields=["booking", "raised_by", "raised_as", "raised_at", "note"]),
            pgtrigger.Protect(
                name="sos_acknowledged_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"SOS of {self.booking}"


class SosPosition(models.Model):
    """Where somebody was who called for help. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(SosAlarm, on_delete=models.PROTECT, related_name="positions", db_index=False)
    lat = models.FloatField()
    lng = models.FloatField()
    accuracy = models.FloatField(null=True, blank=True, help_text="Metres.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [_on_earth("sos_position_on_earth")]
        indexes = [Index(fields=["alarm", "at"], name="sos_position_of_alarm")]
        triggers = append_only_triggers("bookings_sosposition")

    def __str__(self) -> str:
        return f"{self.lat}, {self.lng}"


class SosRecording(models.Model):
    """One piece of sound from an alarm, a file that plays by itself. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(SosAlarm, on_delete=models.PROTECT, related_name="recordings", db_index=False)
    number = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=300)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["alarm", "number"], name="sos_chunk_once"),
            CheckConstraint(condition=Q(size__gte=1, size__lte=LARGEST_CHUNK), name="sos_chunk_size"),
            CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_CHUNKS), name="sos_chunk_number"),
        ]
        triggers = append_only_triggers("bookings_sosrecording")

    def __str__(self) -> str:
        return f"{self.number} of {self.alarm}"


class JobPosition(models.Model):
    """Where somebody was while they worked; forgotten when its time of keeping ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="positions", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    lat = models.FloatField()
    lng = models.FloatField()
    accuracy = models.FloatField(null=True, blank=True, help_text="Metres.")
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            UniqueConstraint(fields=["booking", "by", "recorded_at"], name="job_position_once"),
            _on_earth("job_position_on_earth"),
        ]
        indexes = [Index(fields=["received_at", "id"], name="job_position_to_forget")]
        triggers = [pgtrigger.Protect(name="job_position_never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.lat}, {self.lng}"
