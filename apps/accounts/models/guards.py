from django.db import models

from apps.core.ids import new_id


class SignInGuard(models.Model):
    """How often signing in failed for one account or from one address, and until when it is locked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=80, unique=True, help_text="A keyed digest of the account's name or the address.")
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["last_failed_at"], name="sign_in_guard_age")]

    def __str__(self) -> str:
        return f"{self.failures} failures"
