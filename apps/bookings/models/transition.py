from django.conf import settings
from django.db import models

from apps.bookings.states import BookingStatus, Party
from apps.core.ids import new_id
from apps.core.models import append_only_triggers


class BookingTransition(models.Model):
    """One change of a booking: who, as whom, when, from, to, why. The database writes it and never lets it go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="history", db_index=False)
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=20)
    from_status = models.CharField(max_length=20, choices=BookingStatus.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=BookingStatus.choices)
    starts_at = models.DateTimeField()
    staff_member = models.ForeignKey(
        "catalog.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acting_as = models.CharField(max_length=10, choices=Party.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["booking", "number"], name="booking_history_in_order")]
        triggers = append_only_triggers("bookings_bookingtransition")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.from_status or '–'} → {self.to_status}"
