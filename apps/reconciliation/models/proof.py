"""What the nightly proof of the books found."""

from django.db import models
from django.db.models import Index

from apps.core.ids import new_id
from apps.core.models import append_only_triggers


class BooksProof(models.Model):
    """One run of all rules of soundness over all of the books: how many faults, and the first of them by name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    made_at = models.DateTimeField()
    faults = models.PositiveIntegerField()
    named = models.JSONField(default=list)

    class Meta:
        verbose_name = "proof of the books"
        verbose_name_plural = "proofs of the books"
        indexes = [Index(fields=["-made_at"], name="proof_newest")]
        triggers = append_only_triggers("reconciliation_booksproof")

    def __str__(self) -> str:
        return "sound" if not self.faults else f"{self.faults} faults"
