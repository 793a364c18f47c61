from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from apps.bookings.states import ContactChannel, Party
from apps.core.ids import new_id
from apps.core.models import append_only_triggers


class ContactReveal(models.Model):
    """Somebody tapped on a customer's telephone, mail or address: who, as whom, when, which. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="reveals", db_index=False)
    channel = models.CharField(max_length=10, choices=ContactChannel.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=10, choices=Party.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [CheckConstraint(condition=Q(channel__in=ContactChannel.values), name="reveal_channel_known")]
        indexes = [Index(fields=["booking", "at"], name="reveal_of_booking")]
        triggers = append_only_triggers("bookings_contactreveal")

    def __str__(self) -> str:
        return f"{self.channel} of {self.booking}"
