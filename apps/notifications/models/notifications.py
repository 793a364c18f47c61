from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.notifications import kinds
from apps.notifications.states import Priority


class NotificationQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """What the person's dashboard shows."""
        return self.filter(user_id=user.pk, on_dashboard=True)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(is_read=False)


class Notification(BaseModel):
    """One thing that one person is told once. It is the dashboard's entry and what the deliveries carry.

    ``title`` and ``message`` are written by the worker just after the commit; until then readers render them.
    ``recipient`` is the person's key, or the address of somebody who has no account yet.
    """

    user = user_foreign_key(null=True, blank=True)
    recipient = models.CharField(max_length=254)
    to_email = models.CharField(max_length=254, blank=True, help_text="Where empty, the person's own.")
    to_phone = models.CharField(max_length=16, blank=True, help_text="Where empty, the person's own.")
    language = models.CharField(max_length=8, blank=True, help_text="Where empty, the person's own.")
    notification_type = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    context = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    attachments = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_reference = models.CharField(max_length=64, blank=True)
    business_id = models.UUIDField(null=True, blank=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    dedupe_key = models.CharField(max_length=200)
    on_dashboard = models.BooleanField(default=True)
    is_read = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_to_email = models.BooleanField(default=False)
    email_sent_at = models.DateTimeField(null=True, blank=True)
    sequence = models.BigIntegerField(null=True, blank=True, help_text="The order of the live events.")

    objects: Any = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="notification_once"),
            models.CheckConstraint(
                condition=models.Q(is_read=False) | models.Q(read_at__isnull=False), name="notification_read_when"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_to_email=False) | models.Q(email_sent_at__isnull=False),
                name="notification_emailed_when",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=Priority.values), name="notification_priority_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at", "-id"],
                condition=models.Q(on_dashboard=True),
                name="notification_dashboard",
            ),
            models.Index(
                fields=["user"],
                condition=models.Q(on_dashboard=True, is_read=False),
                name="notification_unread",
            ),
            models.Index(
                fields=["created_at", "id"], condition=models.Q(sequence__isnull=True), name="notification_unannounced"
            ),
            models.Index(fields=["sequence"], name="notification_sequence"),
            models.Index(fields=["subject_type", "subject_id"], name="notification_subject"),
        ]

    def __str__(self) -> str:
        return self.title or self.notification_type

    @property
    def kind(self) -> kinds.Kind:
        """The kind that ``notification_type`` names."""
        return kinds.get(self.notification_type)
