"""One comparison of one gateway's day with our own records."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.reconciliation.states import RUN_MOVES, UNFINISHED_RUNS, RunState

S = RunState


class RunQuerySet(BaseQuerySet):
    def unfinished(self) -> Self:
        """Runs that have something left to do."""
        return self.filter(state__in=UNFINISHED_RUNS)


class ReconciliationRun(BaseModel):
    """The day is that of the gateway's own place; ``[starts_at, ends_at)`` is it in moments.

    ``read`` names the parts of the gateway's lists that are stored already, so that a run which was interrupted goes on
    where it stopped. ``next_attempt_at`` is also the lease of whoever runs it.
    """

    gateway = models.CharField(max_length=20)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = FSMField(max_length=12, choices=S.choices, default=S.RUNNING, protected=False)
    asked_by = user_foreign_key(null=True, blank=True, db_index=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    read = models.JSONField(default=list, blank=True)
    lines = models.PositiveIntegerField(default=0, help_text="What the gateway's lists hold for the day.")
    in_flight = models.PositiveIntegerField(default=0, help_text="Too fresh to be judged; the next run does.")
    found = models.PositiveIntegerField(default=0, help_text="Breaks that were found, old ones included.")
    fresh = models.PositiveIntegerField(default=0, help_text="Breaks that nobody had found before.")
    healed = models.PositiveIntegerField(default=0, help_text="Differences that were made good by asking the gateway.")
    closed = models.PositiveIntegerField(default=0, help_text="Breaks that are gone.")
    balances = models.JSONField(
        default=list,
        blank=True,
        help_text="By currency: what the gateway has, what our books say, and what is between.",
    )
    problem = models.CharField(max_length=300, blank=True, default="")

    objects: Any = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["gateway"], condition=Q(state__in=UNFINISHED_RUNS), name="run_one_at_a_time_per_gateway"
            ),
            CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="run_day_has_a_length"),
            CheckConstraint(
                condition=Q(state__in=UNFINISHED_RUNS, finished_at__isnull=True, next_attempt_at__isnull=False)
                | (~Q(state__in=UNFINISHED_RUNS) & Q(finished_at__isnull=False, next_attempt_at__isnull=True)),
                name="run_ended_has_its_moment",
            ),
        ]
        indexes = [Index(fields=["gateway", "-day", "-id"], name="run_of_gateway")]
        triggers = [
            pgtrigger.Protect(name="run_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="run_moves", field="state", transitions=[(a.value, b.value) for a, b in RUN_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="run_terms", fields=["id", "gateway", "day", "starts_at", "ends_at", "started_at", "asked_by"]
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.gateway}, {self.day}"

    def is_leased(self, at: datetime) -> bool:
        """Whether somebody is at it, or it is not yet to be tried again."""
        return self.next_attempt_at is not None and self.next_attempt_at > at

    @transition(field=state, source=S.RUNNING, target=S.DONE)
    def finish(self, *, at: datetime) -> None:
        """Everything was compared."""
        self.finished_at, self.next_attempt_at, self.problem = at, None, ""

    @transition(field=state, source=S.RUNNING, target=S.INTERRUPTED)
    def interrupt(self, *, problem: str, next_attempt_at: datetime) -> None:
        """The gateway did not answer; what was read is kept."""
        self.problem, self.next_attempt_at = problem[:300], next_attempt_at

    @transition(field=state, source=S.INTERRUPTED, target=S.RUNNING)
    def resume(self, *, leased_until: datetime) -> None:
        """It goes on where it stopped."""
        self.attempts += 1
        self.next_attempt_at = leased_until

    @transition(field=state, source=S.INTERRUPTED, target=S.FAILED)
    def fail(self, *, at: datetime) -> None:
        """Nobody waits for the gateway any more."""
        self.finished_at, self.next_attempt_at = at, None
