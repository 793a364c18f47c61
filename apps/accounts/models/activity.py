import pgtrigger
from django.db import models

from apps.accounts.states import ActivityKind
from apps.core.fields import user_foreign_key
from apps.core.ids import new_id


class AccountActivity(models.Model):
    """A line of the history that a person is shown: sign-ins, changes, and who of our team looked. Never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = user_foreign_key()
    kind = models.CharField(max_length=24, choices=ActivityKind.choices)
    actor = user_foreign_key(null=True)
    note = models.CharField(max_length=1000, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "account activity"
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="activity_newest")]
        # Erasure deletes a person's lines, addresses of sign-ins included; what was done stays in the audit trail.
        triggers = [pgtrigger.Protect(name="accounts_accountactivity_never_edited", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.get_kind_display()}"
