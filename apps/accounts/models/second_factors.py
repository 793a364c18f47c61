from django.conf import settings
from django.db import models

from apps.core.fields import EncryptedTextField
from apps.core.models import BaseModel


class SecondFactor(BaseModel):
    """A person's authenticator. The seed is encrypted at rest; until confirmed it protects nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_factor")
    seed = EncryptedTextField(help_text="Base32.")
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(
        default=0, help_text="The time step of the last code taken; none is taken twice."
    )

    def __str__(self) -> str:
        return f"{'confirmed' if self.confirmed_at else 'unconfirmed'} authenticator"


class RecoveryCode(BaseModel):
    """One way in without the authenticator: a digest, good once."""

    second_factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second_factor", "digest"], name="recovery_code_unique"),
        ]

    def __str__(self) -> str:
        return "used" if self.used_at else "unused"
