"""A refund: part or all of one share of a payment goes back to the customer."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.payments.models.payment import Payment, PaymentAllocation
from apps.payments.states import REFUND_MOVES, RESERVING_REFUNDS, RefundDestination, RefundStatus

S = RefundStatus
_RESERVING = ", ".join(f"'{status.value}'" for status in RESERVING_REFUNDS)
# Under the locks of these two rows the sums cannot pass what was paid, whatever runs at once: check constraints hold.
_COUNTING = f"""
    change := CASE WHEN NEW.status IN ({_RESERVING}) AND NOT NEW.is_beyond THEN NEW.amount_minor ELSE 0 END;
    IF TG_OP = 'UPDATE' AND OLD.status IN ({_RESERVING}) AND NOT OLD.is_beyond THEN
        change := change - OLD.amount_minor;
    END IF;
    IF change <> 0 AND NEW.is_parked THEN
        UPDATE payments_payment SET parked_back_minor = parked_back_minor + change
            WHERE id = NEW.payment_id AND NEW.currency = coalesce(nullif(stray_currency, ''), currency);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'refund % is in another currency than what is parked', NEW.reference;
        END IF;
    ELSIF change <> 0 THEN
        UPDATE payments_payment SET refunded_minor = refunded_minor + change WHERE id = NEW.payment_id;
        UPDATE payments_paymentallocation SET refunded_minor = refunded_minor + change
            WHERE id = NEW.allocation_id AND payment_id = NEW.payment_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'refund % is for a share of another payment', NEW.reference;
        END IF;
    END IF;
    RETURN NEW;
"""  # noqa: S608  # built from our own constants, once, for a migration

# What has left the escrow is counted for each part of the payment: the card, say, never has more back than it paid.
_COUNTING_PARTS = """
    IF NEW.has_left_escrow AND NOT NEW.is_beyond AND NOT NEW.is_parked AND (TG_OP = 'INSERT' OR NOT OLD.has_left_escrow) THEN
        UPDATE payments_payment SET
            gateway_back_minor = gateway_back_minor + NEW.gateway_minor,
            wallet_back_minor = wallet_back_minor + NEW.wallet_minor,
            credits_back_minor = credits_back_minor + NEW.credits_minor,
            promotions_back_minor = promotions_back_minor + NEW.promotions_minor
        WHERE id = NEW.payment_id;
    END IF;
    RETURN NEW;
"""


class RefundQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Refunds of one's own payments; the marketplace's people see all."""
        return self if getattr(user, "is_ops", False) else self.filter(payment__payer_id=user.pk)

    def claims(self) -> Self:
        """What customers' banks claim and may still lose: kept back, and taken by nobody yet."""
        return self.filter(
            destination=RefundDestination.CHARGEBACK, status=RefundStatus.APPROVED, has_left_escrow=False
        )

    def due(self, at: datetime) -> Self:
        """Refunds on which something is to be done now."""
        return self.filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class Refund(BaseModel):
    """Money on its way back. What was approved, sent and given back never exceeds what was paid: the database counts."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    allocation = models.ForeignKey(PaymentAllocation, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=160, unique=True)
    amount_minor = MinorUnitsField()
    # How much of it goes back to where; settled as it leaves the escrow, in the reverse order of spending.
    gateway_minor = MinorUnitsField(default=0, help_text="To the card, or to the wallet where that is its destination.")
    wallet_minor = MinorUnitsField(default=0)
    credits_minor = MinorUnitsField(default=0)
    promotions_minor = MinorUnitsField(default=0)
    currency = CurrencyField()
    destination = models.CharField(max_length=10, choices=RefundDestination.choices)
    reason = models.CharField(max_length=300)
    status = FSMField(max_length=12, choices=S.choices, default=S.PROPOSED, protected=False)
    proposed_by = user_foreign_key(null=True, blank=True)
    decided_by = user_foreign_key(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    gateway = models.CharField(max_length=20, blank=True)
    gateway_id = models.CharField(max_length=120, blank=True, default="")
    is_by_policy = models.BooleanField(default=False, help_text="Asked for by a rule of the trade: nobody approves it.")
    is_ours = models.BooleanField(default=True, help_text="False: made by hand at the gateway.")
    is_beyond = models.BooleanField(
        default=False, help_text="More went back at the gateway than was left of the payment: suspense bears it."
    )
    is_parked = models.BooleanField(
        default=False, help_text="Of money that paid for nothing: suspense gives it, not the escrow."
    )
    chargeback = models.ForeignKey(
        "payments.Chargeback", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    has_left_escrow = models.BooleanField(default=False)
    has_bounced = models.BooleanField(default=False, help_text="The wallet has it instead.")
    problem = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["gateway", "gateway_id"], condition=~Q(gateway_id=""), name="refund_gateway_id_once"
            ),
            UniqueConstraint(
                fields=["payment"],
                condition=Q(is_parked=True, status=S.PROPOSED),
                name="refund_of_parked_proposed_once",
            ),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            CheckConstraint(
                condition=Q(
                    has_left_escrow=True,
                    amount_minor=F("gateway_minor") + F("wallet_minor") + F("credits_minor") + F("promotions_minor"),
                    gateway_minor__gte=0,
                    wallet_minor__gte=0,
                    credits_minor__gte=0,
                    promotions_minor__gte=0,
                )
                | Q(has_left_escrow=False, gateway_minor=0, wallet_minor=0, credits_minor=0, promotions_minor=0),
                name="refund_parts_make_the_whole",
            ),
            CheckConstraint(
                condition=Q(destination=RefundDestination.CHARGEBACK, chargeback__isnull=False, is_ours=False)
                | (~Q(destination=RefundDestination.CHARGEBACK) & Q(chargeback__isnull=True)),
                name="refund_taken_by_the_bank_names_its_dispute",
            ),
            CheckConstraint(
                condition=Q(is_beyond=False) | Q(is_ours=False, destination=RefundDestination.GATEWAY),
                name="refund_beyond_was_made_by_hand",
            ),
            CheckConstraint(
                condition=Q(is_parked=True) | ~Q(destination=RefundDestination.ITEM),
                name="refund_that_pays_was_parked",
            ),
            CheckConstraint(condition=Q(is_parked=False) | Q(is_beyond=False), name="refund_of_parked_is_not_beyond"),
            CheckConstraint(
                condition=~Q(status=S.SUCCEEDED) | Q(completed_at__isnull=False), name="refund_done_has_a_moment"
            ),
            CheckConstraint(
                condition=Q(status__in=[S.PROPOSED, S.DENIED]) | Q(decided_at__isnull=False),
                name="refund_acted_on_was_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(status=S.PROPOSED), name="refund_to_decide"),
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(next_attempt_at__isnull=False), name="refund_due"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="refund_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="refund_moves", field="status", transitions=[(a.value, b.value) for a, b in REFUND_MOVES]
            ),
            pgtrigger.ReadOnly(
                name="refund_terms",
                fields=[
                    "payment",
                    "allocation",
                    "reference",
                    "amount_minor",
                    "currency",
                    "destination",
                    "is_ours",
                    "is_beyond",
                    "is_parked",
                    "chargeback",
                ],
            ),
            pgtrigger.Trigger(
                name="refund_counts_on_its_payment",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
                declare=[("change", "bigint")],
                func=_COUNTING,
            ),
            pgtrigger.Trigger(
                name="refund_parts_count_on_its_payment",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("has_left_escrow"),
                func=_COUNTING_PARTS,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @transition(field=status, source=S.PROPOSED, target=S.APPROVED)
    def approve(self, *, by: Any, at: datetime) -> None:
        """It will be carried out; from now on its amount cannot be given back a second time."""
        self.decided_by, self.decided_at, self.next_attempt_at = by, at, at

    @transition(field=status, source=S.PROPOSED, target=S.DENIED)
    def deny(self, *, by: Any, at: datetime, reason: str) -> None:
        """It will not be carried out."""
        self.decided_by, self.decided_at, self.problem = by, at, reason[:300]

    @transition(field=status, source=S.APPROVED, target=S.SENT)
    def note_sent(self, *, gateway_id: str, next_attempt_at: datetime | None) -> None:
        """The gateway has taken it up."""
        self.gateway_id, self.next_attempt_at = gateway_id, next_attempt_at

    @transition(field=status, source=[S.APPROVED, S.SENT], target=S.SUCCEEDED)
    def complete(self, *, at: datetime) -> None:
        """The customer has the money."""
        self.completed_at, self.next_attempt_at, self.problem = at, None, ""

    @transition(field=status, source=[S.PROPOSED, S.APPROVED], target=S.FAILED)
    def fail(self, *, problem: str, at: datetime) -> None:
        """Nothing moved and nothing will."""
        self.problem, self.next_attempt_at = problem[:300], None
        self.decided_at = self.decided_at or at
