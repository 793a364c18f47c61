from django.db import models

from apps.accounts.states import CodePurpose
from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel

MAX_TRIES = 5


class OneTimeCode(BaseModel):
    """A code of six digits that went to a phone: kept as a keyed digest, good for five tries and five minutes."""

    user = user_foreign_key()
    purpose = models.CharField(max_length=16, choices=CodePurpose.choices)
    phone = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Used, replaced, or out of tries.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=models.Q(ended_at__isnull=True),
                name="one_time_code_one_open",
            ),
            models.CheckConstraint(condition=models.Q(tries__lte=MAX_TRIES), name="one_time_code_tries"),
            models.CheckConstraint(
                condition=models.Q(purpose__in=CodePurpose.values), name="one_time_code_purpose_known"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="one_time_code_newest"),
            models.Index(fields=["expires_at"], name="one_time_code_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.created_at:%Y-%m-%d %H:%M}"
