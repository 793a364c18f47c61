from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from apps.catalog.states import PAPER_MOVES, PaperKind, PaperState
from apps.core.models import BaseModel


class VerificationPaper(BaseModel):
    """A paper on which a verification rests; when it expires, the rank falls, then new jobs stop.

    ``due_at`` is when the sweep has something to do next: to warn, or to note that the paper is out of date.
    """

    Kind = PaperKind
    State = PaperState

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=14, choices=PaperKind.choices)
    state = FSMField(max_length=10, choices=PaperState.choices, default=PaperState.SUBMITTED)
    title = models.CharField(max_length=160)
    file_name = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The last warning: 30, 7 or 1.")
    due_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="SUBMITTED") | models.Q(decided_at__isnull=False),
                name="paper_decided_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(state="SUBMITTED"), name="paper_to_check"),
            models.Index(fields=["due_at"], condition=models.Q(state="APPROVED"), name="paper_due"),
        ]
        triggers = [pgtrigger.FSM(name="paper_moves", field="state", transitions=PAPER_MOVES)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.business}"

    @transition(field=state, source=PaperState.SUBMITTED, target=PaperState.APPROVED)
    def approve(self, *, by: Any, at: datetime, due_at: datetime | None) -> None:
        """The verification rests on it; ``due_at`` is when its first warning falls due."""
        self.decided_by, self.decided_at, self.due_at = by, at, due_at

    @transition(field=state, source=PaperState.SUBMITTED, target=PaperState.REJECTED)
    def refuse(self, *, by: Any, at: datetime, reason: str) -> None:
        """The verification does not rest on it."""
        self.decided_by, self.decided_at, self.reason = by, at, reason

    @transition(field=state, source=PaperState.APPROVED, target=PaperState.EXPIRED)
    def expire(self) -> None:
        """It held until yesterday."""
        self.due_at = None

    @transition(field=state, source=[PaperState.APPROVED, PaperState.EXPIRED], target=PaperState.REPLACED)
    def give_way(self) -> None:
        """A newer paper stands in its place."""
        self.due_at = None
