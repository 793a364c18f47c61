from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.core.ids import new_id


class OutboxMessage(models.Model):
    """Work that a committed transaction has ordered: the function named ``task`` is still to be called.

    It is deleted when done, so the table holds only what is left. ``due_at`` doubles as the lease of who runs it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(parked_at__isnull=True), name="outbox_due"),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.attempts})"
