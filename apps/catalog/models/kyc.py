from django.conf import settings
from django.db import models

from apps.core.models import BaseModel


class VerificationPaper(BaseModel):
    """A paper on which a verification rests; when it expires, the rank falls, then new jobs stop."""

    class Kind(models.TextChoices):
        REGISTRATION = "REGISTRATION", "company registration"
        LICENCE = "LICENCE", "licence"
        INSURANCE = "INSURANCE", "insurance"
        IDENTITY = "IDENTITY", "identity"
        OTHER = "OTHER", "other"

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", "submitted"
        APPROVED = "APPROVED", "approved"
        REJECTED = "REJECTED", "rejected"
        EXPIRED = "EXPIRED", "expired"

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    title = models.CharField(max_length=160)
    file_name = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The last warning: 30, 7 or 1.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_on"], condition=models.Q(state="APPROVED"), name="paper_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.business}"
