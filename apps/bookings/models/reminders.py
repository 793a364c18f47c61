from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.bookings.states import ReminderKind
from apps.core.ids import new_id
from apps.core.models import append_only_triggers


class Reminder(models.Model):
    """A person was reminded, once ever, of a booking at its time; or the host of a session, once for all its seats."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey(
        "bookings.Booking", null=True, blank=True, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    slot = models.ForeignKey(
        "availability.CapacitySlot", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=ReminderKind.choices)
    starts_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            UniqueConstraint(
                fields=["booking", "slot", "person", "kind", "starts_at"], nulls_distinct=False, name="reminder_once"
            ),
            CheckConstraint(condition=Q(kind__in=ReminderKind.values), name="reminder_kind_known"),
            CheckConstraint(
                condition=Q(booking__isnull=False, slot=None) | Q(booking=None, slot__isnull=False),
                name="reminder_is_of_one_thing",
            ),
        ]
        indexes = [Index(fields=["slot"], condition=Q(slot__isnull=False), name="reminder_of_slot")]
        triggers = append_only_triggers("bookings_reminder")

    def __str__(self) -> str:
        return f"{self.person}, {self.get_kind_display()}"
