"""One payout: its money, where it goes as that was when it was asked for, and how far it has come."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel
from apps.payouts.models.owned import OwnedQuerySet, business_key, of_one_owner
from apps.payouts.states import OPEN_STATES, PAYOUT_MOVES, PayoutKind, PayoutState

S = PayoutState
# Whatever code asks for it: a payout goes to its owner's own account, verified and past its day of waiting, and to
# nobody whose payouts are frozen.
_ALLOWED = """
    IF NOT EXISTS (
        SELECT 1 FROM payouts_payoutaccount a
        WHERE a.id = NEW.account_id AND a.state = 'VERIFIED' AND a.usable_from <= NEW.requested_at
          AND a.business_id IS NOT DISTINCT FROM NEW.business_id AND a.user_id IS NOT DISTINCT FROM NEW.user_id
          AND a.currency = NEW.currency AND a.gateway = NEW.gateway AND a.recipient_id = NEW.recipient_id
    ) THEN
        RAISE EXCEPTION 'payout %: the account is not usable for it', NEW.reference;
    END IF;
    IF EXISTS (
        SELECT 1 FROM payouts_payoutfreeze f
        WHERE f.lifted_at IS NULL
          AND f.business_id IS NOT DISTINCT FROM NEW.business_id AND f.user_id IS NOT DISTINCT FROM NEW.user_id
    ) THEN
        RAISE EXCEPTION 'payout %: the payouts of its owner are frozen', NEW.reference;
    END IF;
    RETURN NEW;
"""


class PayoutQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        """Those whose money is in transit."""
        return self.filter(state__in=OPEN_STATES)

    def due(self, at: datetime) -> Self:
        """Those on which something is to be done now: to send, or to ask the gateway."""
        return self.filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class Payout(BaseModel):
    """Money on its way to its owner's bank. ``reference`` is ours, one for ever, by which the gateway knows it too."""

    kind = models.CharField(max_length=10, choices=PayoutKind.choices)
    business = business_key()
    user = user_foreign_key(null=True, blank=True, db_index=False)
    currency = CurrencyField()
    amount_minor = MinorUnitsField()
    fee_minor = MinorUnitsField(default=0, help_text="What the gateway took for it; the platform bears it.")
    reference = models.CharField(max_length=50, unique=True)
    account = models.ForeignKey(
        "payouts.PayoutAccount", on_delete=models.PROTECT, related_name="payouts", db_index=False
    )
    gateway = models.CharField(max_length=20)
    recipient_id = models.CharField(max_length=120)
    account_label = models.CharField(max_length=150)
    account_name = models.CharField(max_length=200, blank=True, default="")
    state = FSMField(max_length=12, choices=S.choices, default=S.REQUESTED, protected=False)
    outcome_unknown = models.BooleanField(
        default=False, help_text="It was sent, and the gateway has not told of it yet."
    )
    gateway_id = models.CharField(max_length=120, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was sent, always by its reference.")
    asked = models.PositiveSmallIntegerField(default=0, help_text="How often the gateway was asked in vain.")
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")
    requested_by = user_foreign_key(null=True, blank=True, db_index=False)
    week_of = models.DateField(null=True, blank=True, help_text="The Monday whose weekly payout it is.")
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When its money was back.")
    request_transfer_id = models.UUIDField()
    paid_transfer_id = models.UUIDField(null=True, blank=True)

    objects: Any = PayoutQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one_owner("payout_of_one_owner"),
            CheckConstraint(
                condition=Q(kind=PayoutKind.BUSINESS, business__isnull=False)
                | Q(kind__in=[PayoutKind.TIPS, PayoutKind.WALLET], user__isnull=False),
                name="payout_kind_fits_its_owner",
            ),
            CheckConstraint(condition=Q(amount_minor__gt=0, fee_minor__gte=0), name="payout_amount_positive"),
            CheckConstraint(
                condition=Q(requested_by__isnull=False, week_of__isnull=True)
                | Q(requested_by__isnull=True, week_of__isnull=False),
                name="payout_asked_for_or_weekly",
            ),
            UniqueConstraint(
                fields=["kind", "business", "user", "currency", "week_of"],
                condition=Q(week_of__isnull=False),
                nulls_distinct=False,
                name="payout_once_a_week",
            ),
            UniqueConstraint(
                fields=["gateway", "gateway_id"], condition=~Q(gateway_id=""), name="payout_gateway_id_once"
            ),
            CheckConstraint(
                condition=Q(outcome_unknown=False) | Q(state=S.IN_TRANSIT), name="payout_unknown_only_in_transit"
            ),
            CheckConstraint(
                condition=Q(state=S.REQUESTED, paid_at__isnull=True, ended_at__isnull=True)
                | Q(state=S.IN_TRANSIT, sent_at__isnull=False, paid_at__isnull=True, ended_at__isnull=True)
                | Q(state=S.PAID, paid_at__isnull=False, paid_transfer_id__isnull=False, ended_at__isnull=True)
                | Q(state=S.FAILED, paid_at__isnull=True, ended_at__isnull=False)
                | Q(state=S.REVERSED, paid_at__isnull=False, paid_transfer_id__isnull=False, ended_at__isnull=False),
                name="payout_state_has_its_moments",
            ),
            CheckConstraint(
                condition=~Q(state__in=OPEN_STATES) | Q(next_attempt_at__isnull=False),
                name="payout_open_is_not_forgotten",
            ),
            CheckConstraint(condition=Q(attempts=0) | Q(sent_at__isnull=False), name="payout_sent_has_a_moment"),
            CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("requested_at")), name="payout_sent_after_request"
            ),
        ]
        indexes = [
            Index(fields=["business", "-id"], name="payout_of_business"),
            Index(fields=["user", "-id"], name="payout_of_user"),
            Index(fields=["account", "-id"], name="payout_of_account"),
            Index(fields=["next_attempt_at", "id"], condition=Q(next_attempt_at__isnull=False), name="payout_due"),
            Index(fields=["-id"], condition=Q(state__in=OPEN_STATES), name="payout_open"),
        ]
        triggers = [
            pgtrigger.Protect(name="payout_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="payout_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in PAYOUT_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="payout_terms",
                fields=[
                    "id", "kind", "business", "user", "currency", "amount_minor", "reference", "account", "gateway",
                    "recipient_id", "account_label", "account_name", "requested_by", "week_of", "requested_at",
                    "request_transfer_id", "created_at",
                ],
            ),
            pgtrigger.Trigger(
                name="payout_is_allowed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_ALLOWED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    @property
    def is_weekly(self) -> bool:
        """Whether it went by itself."""
        return self.week_of is not None

    @transition(field=state, source=[S.REQUESTED, S.IN_TRANSIT], target=S.IN_TRANSIT)
    def send(self, *, at: datetime, next_attempt_at: datetime) -> None:
        """It is about to be sent: from now on the gateway may have it."""
        self.attempts += 1
        self.outcome_unknown, self.sent_at, self.next_attempt_at = True, at, next_attempt_at

    @transition(field=state, source=S.IN_TRANSIT, target=S.IN_TRANSIT)
    def note_taken(self, *, gateway_id: str, next_attempt_at: datetime) -> None:
        """The gateway has it and is at work."""
        self.gateway_id = gateway_id or self.gateway_id
        self.outcome_unknown, self.problem, self.next_attempt_at = False, "", next_attempt_at

    @transition(field=state, source=S.IN_TRANSIT, target=S.REQUESTED)
    def put_off(self, *, problem: str, next_attempt_at: datetime) -> None:
        """The gateway did not take it; it is sent again later, under the same reference."""
        self.outcome_unknown, self.problem, self.next_attempt_at = False, problem[:300], next_attempt_at

    @transition(field=state, source=S.IN_TRANSIT, target=S.PAID)
    def note_paid(self, *, gateway_id: str, transfer_id: Any, fee_minor: int, at: datetime, ask_at: datetime) -> None:
        """The money is with the bank, which may still send it back."""
        self.gateway_id = gateway_id or self.gateway_id
        self.paid_at, self.paid_transfer_id, self.fee_minor = at, transfer_id, fee_minor
        self.outcome_unknown, self.problem, self.next_attempt_at = False, "", ask_at

    @transition(field=state, source=[S.REQUESTED, S.IN_TRANSIT], target=S.FAILED)
    def fail(self, *, problem: str, at: datetime) -> None:
        """The money is back with its owner."""
        self.outcome_unknown, self.problem, self.ended_at, self.next_attempt_at = False, problem[:300], at, None

    @transition(field=state, source=S.PAID, target=S.REVERSED)
    def reverse(self, *, problem: str, at: datetime) -> None:
        """The bank sent it back, and its owner has it again."""
        self.problem, self.ended_at, self.next_attempt_at = problem[:300], at, None
