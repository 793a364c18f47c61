"""A difference between a gateway's records and ours, and how it was resolved."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.payments.gateways.values import RecordKind
from apps.reconciliation.models.line import GatewayLine
from apps.reconciliation.models.run import ReconciliationRun
from apps.reconciliation.states import BREAK_MOVES, LIVE_BREAKS, BreakKind, BreakState, Resolution

S = BreakState
R = Resolution
_NO_PROPOSAL = Q(resolution="", reason="", legs=[], reverses_id__isnull=True, proposed_by__isnull=True,
                 proposed_at__isnull=True)  # fmt: skip


class BreakQuerySet(BaseQuerySet):
    def live(self) -> Self:
        """Those about which somebody has something to do."""
        return self.filter(state__in=LIVE_BREAKS)

    def with_people(self) -> Self:
        """With everybody who acted joined, as every answer shows them."""
        return self.select_related("proposed_by", "decided_by", "line")


class Break(BaseModel):
    """The gateway says ``there`` of ``subject`` and we say ``here``: the same difference, found again, is the same row.

    ``gap_minor`` is by how much the gateway says more, ``account`` the account of the books that is out by it, and
    ``net_gap_minor`` by how much that account is out: fees and all.
    """

    gateway = models.CharField(max_length=20)
    list_kind = models.CharField(
        max_length=12, choices=[("EVENT", "EVENT"), ("BALANCE", "BALANCE"), *((k.value, k.value) for k in RecordKind)]
    )
    kind = models.CharField(max_length=14, choices=BreakKind.choices)
    subject = models.CharField(max_length=200)
    here = models.CharField(max_length=120)
    there = models.CharField(max_length=120)
    gap_minor = MinorUnitsField(default=0)
    net_gap_minor = MinorUnitsField(default=0)
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=120, blank=True, default="")
    line = models.ForeignKey(GatewayLine, null=True, on_delete=models.PROTECT, related_name="breaks")
    payment_id = models.UUIDField(null=True, blank=True)
    record_id = models.UUIDField(null=True, blank=True, help_text="Our own row that the difference is about.")
    occurred_at = models.DateTimeField()
    first_run = models.ForeignKey(ReconciliationRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_run = models.ForeignKey(ReconciliationRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    times_found = models.PositiveIntegerField(default=1)
    state = FSMField(max_length=10, choices=S.choices, default=S.OPEN, protected=False)
    resolution = models.CharField(max_length=10, choices=R.choices, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    legs = models.JSONField(default=list, blank=True, help_text="[address, minor units]: credit above zero.")
    reverses_id = models.UUIDField(null=True, blank=True)
    proposed_by = user_foreign_key(null=True, blank=True, db_index=False)
    proposed_at = models.DateTimeField(null=True, blank=True)
    sent_back_reason = models.TextField(blank=True, default="")
    decided_by = user_foreign_key(null=True, blank=True, db_index=False)
    transfer_id = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: Any = BreakQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["gateway", "list_kind", "kind", "subject", "here", "there"], name="break_same_difference_once"
            ),
            CheckConstraint(
                condition=Q(state=S.OPEN) & _NO_PROPOSAL
                | Q(
                    state__in=[S.PROPOSED, S.RESOLVED],
                    resolution__in=R.values,
                    proposed_by__isnull=False,
                    proposed_at__isnull=False,
                )
                & ~Q(reason="")
                | Q(state=S.CLOSED) & _NO_PROPOSAL,
                name="break_proposal_is_whole",
            ),
            CheckConstraint(
                condition=Q(resolution__in=["", R.EXPLAINED], legs=[])
                | (Q(resolution__in=[R.CORRECTED, R.REVERSED]) & ~Q(legs=[])),
                name="break_correction_has_legs",
            ),
            CheckConstraint(
                condition=Q(resolution=R.REVERSED, reverses_id__isnull=False)
                | (~Q(resolution=R.REVERSED) & Q(reverses_id__isnull=True)),
                name="break_reversal_names_original",
            ),
            CheckConstraint(
                condition=Q(state=S.RESOLVED, decided_by__isnull=False)
                | (~Q(state=S.RESOLVED) & Q(decided_by__isnull=True)),
                name="break_resolved_by_somebody",
            ),
            CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="break_resolved_by_another"),
            CheckConstraint(
                condition=(Q(state=S.RESOLVED, resolution__in=[R.CORRECTED, R.REVERSED], transfer_id__isnull=False))
                | (~Q(state=S.RESOLVED, resolution__in=[R.CORRECTED, R.REVERSED]) & Q(transfer_id__isnull=True)),
                name="break_corrected_names_its_transfer",
            ),
            CheckConstraint(
                condition=Q(state__in=LIVE_BREAKS, ended_at__isnull=True)
                | (~Q(state__in=LIVE_BREAKS) & Q(ended_at__isnull=False)),
                name="break_ended_has_its_moment",
            ),
        ]
        indexes = [
            Index(fields=["gateway", "id"], condition=Q(state__in=LIVE_BREAKS), name="break_live"),
            Index(fields=["payment_id"], condition=Q(payment_id__isnull=False), name="break_of_payment"),
            Index(fields=["ended_at"], condition=Q(state=S.RESOLVED), name="break_resolved"),
        ]
        triggers = [
            pgtrigger.Protect(name="break_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="break_moves", field="state", transitions=[(a.value, b.value) for a, b in BREAK_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="break_terms",
                fields=["id", "gateway", "list_kind", "kind", "subject", "here", "there", "gap_minor", "net_gap_minor", "currency",
                        "account", "payment_id", "record_id", "occurred_at", "first_run", "found_at"],
            ),
            pgtrigger.Protect(
                name="break_resolved_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=S.RESOLVED.value) & (
                    pgtrigger.Q(old__legs__df=pgtrigger.F("new__legs"))
                    | pgtrigger.Q(old__resolution__df=pgtrigger.F("new__resolution"))
                    | pgtrigger.Q(old__transfer_id__df=pgtrigger.F("new__transfer_id"))
                    | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                    | pgtrigger.Q(old__proposed_by__df=pgtrigger.F("new__proposed_by"))
                    | pgtrigger.Q(old__decided_by__df=pgtrigger.F("new__decided_by"))
                ),
            ),
        ]  # fmt: skip

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it the same difference."""
        return (self.list_kind, self.kind, self.subject, self.here, self.there)

    @property
    def proposed_resolution(self) -> str | None:
        """How it is, or was, to be resolved; None while nobody has said."""
        return self.resolution or None

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @transition(field=state, source=S.OPEN, target=S.PROPOSED)
    def propose(
        self, *, resolution: Resolution, reason: str, legs: list[list[Any]], reverses_id: Any, by: Any, at: datetime
    ) -> None:
        """Somebody else is to resolve it so."""
        self.resolution, self.reason, self.legs, self.reverses_id = resolution, reason, legs, reverses_id
        self.proposed_by, self.proposed_at, self.sent_back_reason = by, at, ""

    @transition(field=state, source=S.PROPOSED, target=S.OPEN)
    def send_back(self, *, reason: str) -> None:
        """It is not resolved so; somebody proposes something else."""
        self._drop_proposal()
        self.sent_back_reason = reason

    @transition(field=state, source=S.PROPOSED, target=S.RESOLVED)
    def resolve(self, *, transfer_id: Any, by: Any, at: datetime) -> None:
        """It is a difference no longer, or one that is understood."""
        self.transfer_id, self.decided_by, self.ended_at = transfer_id, by, at

    @transition(field=state, source=[S.OPEN, S.PROPOSED], target=S.CLOSED)
    def close(self, *, at: datetime) -> None:
        """Both sides say the same by now; what was proposed is needed no more."""
        self._drop_proposal()
        self.ended_at = at

    @transition(field=state, source=S.CLOSED, target=S.OPEN)
    def reopen(self) -> None:
        """It is back."""
        self.ended_at = None

    def _drop_proposal(self) -> None:
        self.resolution, self.reason, self.legs, self.reverses_id = "", "", [], None
        self.proposed_by = self.proposed_at = None
