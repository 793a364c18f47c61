"""A customer's bank asks a gateway for money back: what it claims, what the gateway took, and how it ended."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.payments.models.payment import Payment
from apps.payments.states import CHARGEBACK_MOVES, CLAIMING_CHARGEBACKS, OPEN_CHARGEBACKS, ChargebackStatus

S = ChargebackStatus
_BEFORE_REVIEW = [S.INQUIRY, S.NEEDS_RESPONSE]


class ChargebackQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(status__in=OPEN_CHARGEBACKS)

    def wanting_credits(self) -> Self:
        """Those for which credits that their payment bought are taken as soon as they can be spent again."""
        return self.filter(Q(status__in=CLAIMING_CHARGEBACKS) | Q(status=S.LOST, unmatched_minor__gt=0))

    def to_check(self, at: datetime) -> Self:
        """Those about which the gateway is to be asked, or evidence is to be sent."""
        return self.filter(next_check_at__lte=at).order_by("next_check_at", "pk")

    def to_alert(self, at: datetime) -> Self:
        """Those whose evidence is due soon and has not been given, of which nobody was told."""
        return self.filter(alert_at__lte=at).order_by("alert_at", "pk")


class Chargeback(BaseModel):
    """A dispute at a gateway. What it claims of which share of the payment are its refunds, to the customer's bank.

    ``taken_minor`` and ``fee_minor`` are what the gateway's own books have taken so far, less what it gave back.
    ``taken_at_end_minor`` is what it had taken when the bank decided, which we shared out; what it moves later lies in
    suspense.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="chargebacks")
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=120)
    amount_minor = MinorUnitsField(help_text="What the bank asks back.")
    currency = CurrencyField()
    taken_minor = MinorUnitsField(default=0, help_text="What the gateway has taken for it, less what it gave back.")
    fee_minor = MinorUnitsField(default=0, help_text="What the gateway has charged for it: the platform's cost.")
    taken_at_end_minor = MinorUnitsField(null=True, blank=True, help_text="What it had taken when the bank decided.")
    unmatched_minor = MinorUnitsField(default=0, help_text="What nobody but the platform bears; in suspense.")
    moves = models.PositiveSmallIntegerField(default=0, help_text="How often the gateway has moved money for it.")
    reason = models.CharField(max_length=100, blank=True, default="")
    status = FSMField(max_length=15, choices=S.choices, default=S.NEEDS_RESPONSE, protected=False)
    due_by = models.DateTimeField(null=True, blank=True, help_text="Until when the bank waits for evidence.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(blank=True, default="", help_text="What operations have told the bank.")
    evidence_files = models.JSONField(default=list, blank=True, help_text="Keys of uploaded files.")
    evidence_by = user_foreign_key(null=True, blank=True, db_index=False)
    evidence_at = models.DateTimeField(null=True, blank=True)
    evidence_sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    alert_at = models.DateTimeField(null=True, blank=True, help_text="When operations are reminded.")
    problem = models.CharField(max_length=300, blank=True, default="")

    objects: Any = ChargebackQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["gateway", "gateway_id"], name="chargeback_gateway_id_once"),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="chargeback_amount_positive"),
            CheckConstraint(
                condition=Q(fee_minor__gte=0, taken_minor__gte=0, unmatched_minor__gte=0),
                name="chargeback_sums_not_negative",
            ),
            CheckConstraint(
                condition=Q(status__in=OPEN_CHARGEBACKS, closed_at=None, taken_at_end_minor=None)
                | (~Q(status__in=OPEN_CHARGEBACKS) & Q(closed_at__isnull=False, taken_at_end_minor__isnull=False)),
                name="chargeback_ended_has_its_moment",
            ),
            CheckConstraint(
                condition=~Q(status__in=[S.WON, S.CLOSED]) | Q(taken_at_end_minor=0),
                name="chargeback_won_leaves_nothing_taken",
            ),
            CheckConstraint(
                condition=Q(unmatched_minor=0) | Q(status=S.LOST, unmatched_minor__lte=F("taken_at_end_minor")),
                name="chargeback_unmatched_was_lost",
            ),
            CheckConstraint(
                condition=Q(
                    evidence="", evidence_by__isnull=True, evidence_at__isnull=True, evidence_sent_at__isnull=True
                )
                | (~Q(evidence="") & Q(evidence_by__isnull=False, evidence_at__isnull=False)),
                name="chargeback_evidence_is_somebodys",
            ),
        ]
        indexes = [
            Index(fields=["next_check_at", "id"], condition=Q(next_check_at__isnull=False), name="chargeback_to_check"),
            Index(fields=["alert_at", "id"], condition=Q(alert_at__isnull=False), name="chargeback_to_alert"),
        ]
        triggers = [
            pgtrigger.Protect(name="chargeback_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="chargeback_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in CHARGEBACK_MOVES],
                condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
            ),
            pgtrigger.ReadOnly(
                name="chargeback_terms", fields=["id", "payment", "gateway", "gateway_id", "currency", "opened_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.gateway_id}"

    @property
    def is_open(self) -> bool:
        """Whether the bank has not decided."""
        return self.status in OPEN_CHARGEBACKS

    @property
    def claims(self) -> bool:
        """Whether the money in question is kept back for it."""
        return self.status in CLAIMING_CHARGEBACKS

    @transition(field=status, source=S.INQUIRY, target=S.NEEDS_RESPONSE)
    def escalate(self) -> None:
        """The bank claims the money."""

    @transition(field=status, source=_BEFORE_REVIEW, target=S.UNDER_REVIEW)
    def be_reviewed(self) -> None:
        """The bank has our evidence, or waits for none."""

    @transition(field=status, source=list(OPEN_CHARGEBACKS), target=S.WON)
    def win(self, *, at: datetime) -> None:
        """The money stays where it is."""
        self._end(at)

    @transition(field=status, source=list(OPEN_CHARGEBACKS), target=S.LOST)
    def lose(self, *, at: datetime) -> None:
        """The customer's bank has the money."""
        self._end(at)

    @transition(field=status, source=S.INQUIRY, target=S.CLOSED)
    def close(self, *, at: datetime) -> None:
        """Nothing was claimed."""
        self._end(at)

    def _end(self, at: datetime) -> None:
        self.closed_at, self.next_check_at, self.alert_at = at, None, None
        self.taken_at_end_minor = self.taken_minor
