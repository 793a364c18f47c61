"""What is said and shown in a dispute, by both sides and by operations."""

from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from apps.core.fields import user_foreign_key
from apps.core.ids import new_id
from apps.core.models import BaseQuerySet, append_only_triggers
from apps.disputes.models.dispute import Dispute
from apps.disputes.states import Side


class MessageQuerySet(BaseQuerySet):
    def for_sides(self) -> Self:
        """Without what operations note for themselves."""
        return self.filter(is_internal=False)


class DisputeMessage(models.Model):
    """Something that was said in a dispute. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="messages", db_index=False)
    by = user_foreign_key(db_index=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    words = models.TextField()
    is_internal = models.BooleanField(default=False, help_text="For operations alone.")
    at = models.DateTimeField()

    objects: Any = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            CheckConstraint(condition=~Q(words=""), name="dispute_message_says_something"),
            CheckConstraint(condition=Q(side__in=Side.values), name="dispute_message_side_known"),
            CheckConstraint(condition=Q(is_internal=False) | Q(side=Side.OPS), name="dispute_note_is_of_operations"),
        ]
        indexes = [Index(fields=["dispute", "id"], name="dispute_message_of")]
        triggers = append_only_triggers("disputes_disputemessage")

    def __str__(self) -> str:
        return f"{self.get_side_display()}, {self.at:%d %B %Y %H:%M}"


class Evidence(models.Model):
    """A file that shows something, by the key under which it was uploaded. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    message = models.ForeignKey(
        DisputeMessage, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence", db_index=False,
        help_text="What it came with; empty for what the dispute was opened with.",
    )  # fmt: skip
    by = user_foreign_key(db_index=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    title = models.CharField(max_length=160)
    file_name = models.CharField(max_length=300)
    is_internal = models.BooleanField(default=False, help_text="For operations alone.")
    at = models.DateTimeField()

    objects: Any = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            CheckConstraint(condition=~Q(file_name=""), name="evidence_names_its_file"),
            CheckConstraint(condition=Q(is_internal=False) | Q(side=Side.OPS), name="evidence_note_is_of_operations"),
        ]
        indexes = [Index(fields=["dispute", "id"], name="evidence_of")]
        triggers = append_only_triggers("disputes_evidence")

    def __str__(self) -> str:
        return self.title
