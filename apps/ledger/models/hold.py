from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField
from apps.core.ids import new_id
from apps.core.models import BaseQuerySet
from apps.ledger.models.guards import kept
from apps.ledger.states import OPEN_HOLD_STATES, HoldState

S = HoldState
# The same table as the drawing in states.py; the database keeps it by a trigger.
ALLOWED_MOVES = [
    (S.HELD, S.PENDING_CLEARANCE),
    (S.HELD, S.FROZEN),
    (S.HELD, S.REFUNDED),
    (S.PENDING_CLEARANCE, S.HELD),
    (S.PENDING_CLEARANCE, S.FROZEN),
    (S.PENDING_CLEARANCE, S.RELEASED),
    (S.PENDING_CLEARANCE, S.REFUNDED),
    (S.FROZEN, S.HELD),
    (S.FROZEN, S.PENDING_CLEARANCE),
    (S.FROZEN, S.RELEASED),
    (S.FROZEN, S.REFUNDED),
]
_RATE_LIMIT_BP = 10_000


class HoldQuerySet(BaseQuerySet):
    def open(self) -> "HoldQuerySet":
        """Holds whose money is still in escrow."""
        return self.filter(state__in=OPEN_HOLD_STATES)

    def due(self, at: datetime) -> "HoldQuerySet":
        """Holds whose clearance time has run out."""
        return self.filter(state=S.PENDING_CLEARANCE, release_due_at__lte=at)

    def of_unit(self, unit_type: str, unit_id: object) -> "HoldQuerySet":
        """Every hold there was for one thing paid for; at most one of them is not refunded."""
        return self.filter(unit_type=unit_type, unit_id=unit_id)


class EscrowHold(models.Model):
    """The money of one thing paid for, until it is the business's or the customer's again.

    It is the guarded sub-account of the escrow: what came back and what was released never exceed what was paid.
    ``commission_minor`` and ``net_minor`` are the shares of what has not been refunded. What each state needs is kept by
    the trigger ``required_by_state``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment_id = models.UUIDField()
    funding_transfer = models.ForeignKey(
        "ledger.Transfer", on_delete=models.PROTECT, related_name="funded_holds", db_constraint=False, db_index=False
    )
    gateway = models.CharField(max_length=20, blank=True, default="")
    unit_type = models.CharField(max_length=20)
    unit_id = models.UUIDField()
    business_id = models.UUIDField()
    customer_id = models.UUIDField()
    currency = CurrencyField()
    gross_minor = models.BigIntegerField()
    commission_rate_bp = models.SmallIntegerField()
    commission_rule = models.CharField(max_length=30)
    commission_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)
    recovered_minor = models.BigIntegerField(
        default=0, db_default=0, help_text="What was taken back from the business after its release."
    )
    disputed_minor = models.BigIntegerField(
        default=0, db_default=0, help_text="What the customer's bank claims of what is in escrow."
    )
    state = FSMField(max_length=20, choices=HoldState.choices, default=HoldState.HELD, protected=False)
    funded_at = models.DateTimeField()
    clearance_started_at = models.DateTimeField(null=True, blank=True)
    release_due_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_from = models.CharField(max_length=20, blank=True, default="")
    frozen_reason = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=20, blank=True, default="")
    release_transfer = models.ForeignKey(
        "ledger.Transfer", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        db_table = "ledger_hold"
        constraints = [
            UniqueConstraint(
                fields=["unit_type", "unit_id"], condition=~Q(state=S.REFUNDED.value), name="ledger_hold_one_per_unit"
            ),
            CheckConstraint(name="ledger_hold_gross_positive", condition=Q(gross_minor__gt=0)),
            CheckConstraint(
                name="ledger_hold_never_more_than_paid",
                condition=Q(refunded_minor__gte=0, released_minor__gte=0)
                & Q(gross_minor__gte=F("refunded_minor") + F("released_minor")),
            ),
            CheckConstraint(
                name="ledger_hold_shares_make_the_whole",
                condition=Q(commission_minor__gte=0, net_minor__gte=0)
                & Q(gross_minor=F("commission_minor") + F("net_minor") + F("refunded_minor")),
            ),
            CheckConstraint(
                name="ledger_hold_rate_is_a_share",
                condition=Q(commission_rate_bp__gte=0, commission_rate_bp__lte=_RATE_LIMIT_BP),
            ),
        ]
        indexes = [
            models.Index(
                fields=["release_due_at", "id"], condition=Q(state=S.PENDING_CLEARANCE.value), name="ledger_hold_due"
            ),
            models.Index(
                fields=["business_id", "currency", "-funded_at"],
                include=["gross_minor", "refunded_minor"],
                name="ledger_hold_volume",
            ),
            models.Index(
                fields=["business_id"],
                include=["net_minor", "currency"],
                condition=Q(state__in=[state.value for state in OPEN_HOLD_STATES]),
                name="ledger_hold_pending",
            ),
            models.Index(fields=["payment_id"], name="ledger_hold_payment"),
            models.Index(fields=["-id"], condition=Q(state=S.FROZEN.value), name="ledger_hold_frozen"),
        ]
        triggers = [
            *kept("ledger_hold"),
            pgtrigger.FSM(
                name="ledger_hold_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in ALLOWED_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="ledger_hold_terms",
                fields=[
                    "id", "payment_id", "funding_transfer", "gateway", "unit_type", "unit_id", "business_id", "customer_id",
                    "currency", "gross_minor", "commission_rate_bp", "commission_rule", "funded_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_type} {self.unit_id}: {self.gross_minor} {self.currency}, {self.state}"

    @property
    def left_minor(self) -> int:
        """What is still in escrow."""
        return self.gross_minor - self.refunded_minor - self.released_minor

    @property
    def recoverable_minor(self) -> int:
        """What of its release has not been taken back."""
        return self.released_minor - self.recovered_minor

    @property
    def is_claimed(self) -> bool:
        """Whether a customer's bank claims some of it, so that nothing moves until that is settled."""
        return self.disputed_minor > 0

    @transition(field=state, source=[S.HELD, S.PENDING_CLEARANCE], target=S.PENDING_CLEARANCE)
    def start_clearance(self, *, at: datetime, due_at: datetime) -> None:
        """The timer runs from ``at``; an earlier one counts no more."""
        self.clearance_started_at, self.release_due_at = at, due_at

    @transition(field=state, source=S.PENDING_CLEARANCE, target=S.HELD)
    def stop_clearance(self) -> None:
        """No timer runs."""
        self.clearance_started_at = self.release_due_at = None

    @transition(field=state, source=[S.HELD, S.PENDING_CLEARANCE], target=S.FROZEN)
    def freeze(self, *, at: datetime, reason: str) -> None:
        """Nothing moves until operations decide."""
        self.frozen_from, self.frozen_at, self.frozen_reason = self.state, at, reason

    def note_work_done(self, *, at: datetime, due_at: datetime) -> None:
        """It clears once it is thawed."""
        self.frozen_from, self.clearance_started_at, self.release_due_at = S.PENDING_CLEARANCE, at, due_at

    def note_work_reopened(self) -> None:
        """It waits for the work again once it is thawed."""
        self.frozen_from, self.clearance_started_at, self.release_due_at = S.HELD, None, None

    @transition(field=state, source=S.FROZEN, target=S.HELD, conditions=[lambda hold: hold.frozen_from == S.HELD])
    def unfreeze_to_held(self) -> None:
        """The hold waits for the work again."""

    @transition(
        field=state,
        source=S.FROZEN,
        target=S.PENDING_CLEARANCE,
        conditions=[lambda hold: hold.frozen_from == S.PENDING_CLEARANCE],
    )
    def unfreeze_to_clearance(self, *, due_at: datetime | None = None) -> None:
        """The timer that ran before counts again, or runs out at ``due_at``."""
        self.release_due_at = due_at or self.release_due_at
