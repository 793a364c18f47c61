from django.db import models

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel
from apps.notifications.states import TemplateSource


class Template(BaseModel):
    """The words of one kind in one language. Changing them adds a version; an old version never changes."""

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=8, default="en")
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    source = models.CharField(max_length=4, choices=TemplateSource.choices, default=TemplateSource.FILE)
    subject = models.CharField(max_length=200)
    html = models.TextField(help_text="The letter's inside; the frame around it is the same for all.")
    text = models.TextField()
    title = models.CharField(max_length=120, help_text="The dashboard's headline.")
    push = models.CharField(max_length=240, help_text="The dashboard's message and the push notification.")
    sms = models.CharField(max_length=400)
    changed_by = user_foreign_key(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["kind", "language"], condition=models.Q(is_current=True), name="template_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language}) v{self.version}"
