"""A dispute, and the holds whose money it keeps frozen."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.ids import new_id
from apps.core.models import BaseModel, BaseQuerySet, append_only_triggers
from apps.disputes.states import MOVES, Decision, DisputeReason, DisputeState
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState

S = DisputeState
D = Decision
# At the end of the transaction, whatever moved the money: an open dispute holds frozen money, an ended one leaves none
# frozen but what another has frozen since, or the customer's bank claims.
_FROZEN_WHILE_OPEN = """
    IF EXISTS (SELECT FROM disputes_dispute d WHERE d.id = NEW.id AND d.state = 'OPEN') IS DISTINCT FROM EXISTS (
        SELECT FROM disputes_disputedhold m JOIN ledger_hold h ON h.id = m.hold_id
        WHERE m.dispute_id = NEW.id AND h.state = 'FROZEN' AND h.disputed_minor = 0 AND NOT EXISTS (
            SELECT FROM disputes_disputedhold o JOIN disputes_dispute d ON d.id = o.dispute_id
            WHERE o.hold_id = h.id AND o.dispute_id <> NEW.id AND d.state = 'OPEN')) THEN
        RAISE EXCEPTION 'the money of dispute % is frozen while it is open, and only then', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_frozen_while_open';
    END IF;
    RETURN NULL;
"""


class DisputeQuerySet(BaseQuerySet):
    def with_people(self) -> Self:
        """With business, customer and whoever acted joined, as every answer shows them."""
        return self.select_related("business", "customer", "decided_by", "proposed_by")

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state=S.OPEN)

    def of_unit(self, unit_type: str, unit_id: UUID) -> Self:
        """Every dispute there was about one thing paid for, the first first."""
        return self.filter(unit_type=unit_type, unit_id=unit_id).order_by("pk")

    def to_alert(self, at: datetime) -> Self:
        """Open ones whose time to be decided has passed and of which nobody was told."""
        return self.open().filter(alerted_at__isnull=True, due_at__lte=at).order_by("due_at", "pk")


class Dispute(BaseModel):
    """A customer objects to how something they paid for was done; its money waits until somebody decides.

    ``unit_type`` and ``unit_id`` name the thing as the ledger does; ``reference`` and ``title`` are how people read it.
    """

    unit_type = models.CharField(max_length=20)
    unit_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = user_foreign_key(db_index=False)
    opened_by = user_foreign_key(db_index=False)
    opened_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=DisputeReason.choices)
    note = models.TextField(help_text="In the customer's words.")
    currency = CurrencyField()
    frozen_minor = MinorUnitsField(help_text="What was frozen for it, over all holds.")
    asked_minor = MinorUnitsField(null=True, blank=True, help_text="What the customer asks back, where they say so.")
    state = FSMField(max_length=10, choices=S.choices, default=S.OPEN, protected=False)
    due_at = models.DateTimeField(help_text="Until when it should be decided.")
    alerted_at = models.DateTimeField(null=True, blank=True, help_text="When operations were told that it is overdue.")
    proposed_decision = models.CharField(max_length=8, choices=D.choices, blank=True)
    proposed_refund_minor = MinorUnitsField(null=True, blank=True)
    proposed_reason = models.TextField(blank=True)
    proposed_by = user_foreign_key(null=True, blank=True, db_index=False)
    proposed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=8, choices=D.choices, blank=True)
    refund_minor = MinorUnitsField(default=0)
    released_minor = MinorUnitsField(default=0)
    decided_reason = models.TextField(blank=True)
    decided_by = user_foreign_key(null=True, blank=True, db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: Any = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["unit_type", "unit_id"], condition=Q(state=S.OPEN), name="dispute_open_once"),
            CheckConstraint(condition=Q(frozen_minor__gt=0), name="dispute_is_about_money"),
            CheckConstraint(
                condition=Q(asked_minor__isnull=True) | Q(asked_minor__gt=0, asked_minor__lte=F("frozen_minor")),
                name="dispute_asks_what_is_held",
            ),
            CheckConstraint(condition=Q(state__in=S.values), name="dispute_state_known"),
            CheckConstraint(
                condition=Q(state=S.OPEN, ended_at__isnull=True) | (~Q(state=S.OPEN) & Q(ended_at__isnull=False)),
                name="dispute_ended_has_its_moment",
            ),
            CheckConstraint(
                condition=(
                    Q(state=S.DECIDED, decision__in=D.values, decided_by__isnull=False) & ~Q(decided_reason="")
                )
                | (
                    ~Q(state=S.DECIDED)
                    & Q(decision="", decided_by__isnull=True, decided_reason="", refund_minor=0, released_minor=0)
                ),
                name="dispute_decided_by_whom_and_why",
            ),
            CheckConstraint(
                condition=Q(decision="")
                | Q(decision=D.RELEASE, refund_minor=0, released_minor__gt=0)
                | Q(decision=D.REFUND, refund_minor__gt=0, released_minor=0)
                | Q(decision=D.SPLIT, refund_minor__gt=0, released_minor__gt=0),
                name="dispute_money_goes_as_decided",
            ),
            CheckConstraint(
                condition=Q(frozen_minor__gte=F("refund_minor") + F("released_minor")),
                name="dispute_never_more_than_frozen",
            ),
            CheckConstraint(
                condition=~Q(decided_by=F("customer")) & ~Q(decided_by=F("opened_by")),
                name="dispute_not_decided_by_the_customer",
            ),
            CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="dispute_decided_by_another"),
            CheckConstraint(
                condition=Q(
                    proposed_decision="", proposed_refund_minor__isnull=True, proposed_reason="",
                    proposed_by__isnull=True, proposed_at__isnull=True,
                )
                | Q(
                    proposed_decision__in=[D.REFUND, D.SPLIT], proposed_refund_minor__gt=0,
                    proposed_by__isnull=False, proposed_at__isnull=False,
                ) & ~Q(proposed_reason=""),
                name="dispute_proposal_is_whole",
            ),
        ]  # fmt: skip
        indexes = [
            Index(fields=["unit_id", "unit_type"], name="dispute_of_unit"),
            Index(fields=["customer", "-id"], name="dispute_of_customer"),
            Index(fields=["business", "-id"], name="dispute_of_business"),
            Index(fields=["due_at", "id"], condition=Q(state=S.OPEN), name="dispute_to_decide"),
        ]
        triggers = [
            pgtrigger.Protect(name="dispute_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="dispute_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="dispute_terms",
                fields=[
                    "id", "unit_type", "unit_id", "reference", "title", "business", "customer", "opened_by", "opened_at",
                    "reason", "note", "currency", "frozen_minor", "asked_minor", "due_at",
                ],
            ),
            pgtrigger.Protect(
                name="dispute_ended_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state=S.OPEN.value)
            ),
            pgtrigger.Trigger(
                name="dispute_frozen_while_open",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                timing=pgtrigger.Deferred,
                func=_FROZEN_WHILE_OPEN,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Dispute about {self.reference}"

    def propose(self, *, decision: Decision, refund_minor: int, reason: str, by: Any, at: datetime) -> None:
        """Somebody else is to decide it so; an earlier proposal counts no more."""
        self.proposed_decision, self.proposed_refund_minor, self.proposed_reason = decision, refund_minor, reason
        self.proposed_by, self.proposed_at = by, at

    def drop_proposal(self) -> None:
        """Nobody proposes anything."""
        self.proposed_decision = self.proposed_reason = ""
        self.proposed_refund_minor = self.proposed_by = self.proposed_at = None

    @transition(field=state, source=S.OPEN, target=S.DECIDED)
    def decide(
        self, *, decision: Decision, refund_minor: int, released_minor: int, reason: str, by: Any, at: datetime
    ) -> None:
        """The money goes as decided."""
        self.decision, self.refund_minor, self.released_minor = decision, refund_minor, released_minor
        self.decided_reason, self.decided_by, self.ended_at = reason, by, at

    @transition(field=state, source=S.OPEN, target=S.WITHDRAWN)
    def withdraw(self, *, at: datetime) -> None:
        """The customer objects no more."""
        self.ended_at = at

    @transition(field=state, source=S.OPEN, target=S.OVERTAKEN)
    def be_overtaken(self, *, at: datetime) -> None:
        """There is no frozen money left to decide about."""
        self.ended_at = at


class DisputedHold(models.Model):
    """One hold that a dispute froze, and how much was in it. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="holds", db_index=False)
    hold = models.ForeignKey(EscrowHold, on_delete=models.PROTECT, related_name="+")
    frozen_minor = MinorUnitsField()

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            UniqueConstraint(fields=["dispute", "hold"], name="disputed_hold_once"),
            CheckConstraint(condition=Q(frozen_minor__gt=0), name="disputed_hold_has_money"),
        ]
        triggers = append_only_triggers("disputes_disputedhold")

    def __str__(self) -> str:
        return str(self.hold)

    @property
    def is_frozen(self) -> bool:
        """Whether its money still waits for the decision; what the customer's bank claims waits for the bank's."""
        return bool(self.hold.state == HoldState.FROZEN and not self.hold.is_claimed)
