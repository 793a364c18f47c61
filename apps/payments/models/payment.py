"""A payment and the shares of it."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, EncryptedTextField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.ledger.operations import SetAside
from apps.payments.gateways.values import Method
from apps.payments.states import (
    ALLOCATION_MOVES,
    OPEN_STATUSES,
    PAID_STATUSES,
    PARKED_STATUSES,
    PAYMENT_MOVES,
    SETTLED_STATUSES,
    UNPAID_STATUSES,
    AllocationKind,
    AllocationState,
    Destination,
    PaymentStatus,
)

S = PaymentStatus
A = AllocationState


class PaymentQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own payments; the marketplace's people see all."""
        return self if getattr(user, "is_ops", False) else self.filter(payer_id=user.pk)

    def for_item(self, item_type: str, item_id: object) -> Self:
        """Payments that are, in whole or in part, for one thing."""
        return self.filter(allocations__item_type=item_type, allocations__item_id=item_id).distinct()

    def parked(self) -> Self:
        """Those of which money lies in suspense, the longest there first."""
        return self.filter(
            status=S.NEEDS_REVIEW, parked_back_minor__lt=F("captured_minor") + F("stray_minor")
        ).order_by("parked_at", "pk")

    def to_ask_about(self, at: datetime) -> Self:
        """Payments about which the gateway is to be asked now."""
        return self.filter(next_check_at__lte=at).order_by("next_check_at", "pk")


class Payment(BaseModel):
    """One attempt of one customer to pay for one or several things in one currency, through one gateway."""

    payer = user_foreign_key()
    currency = CurrencyField()
    amount_minor = MinorUnitsField(help_text="What is due.")
    gateway_minor = MinorUnitsField(help_text="What of it the gateway is to receive.")
    wallet_minor = MinorUnitsField(default=0, help_text="What of it the payer's wallet pays.")
    credits_minor = MinorUnitsField(default=0, help_text="What of it credits pay that are the payer's own money.")
    promotions_minor = MinorUnitsField(default=0, help_text="What of it promotional credits pay, or a discount.")
    captured_minor = MinorUnitsField(default=0, help_text="What the gateway has received.")
    fee_minor = MinorUnitsField(default=0, help_text="What the gateway keeps of it.")
    refunded_minor = MinorUnitsField(default=0, help_text="What was, or is being, given back; kept by the database.")
    gateway_back_minor = MinorUnitsField(default=0, help_text="What of the gateway's part has left the payment again.")
    wallet_back_minor = MinorUnitsField(default=0)
    credits_back_minor = MinorUnitsField(default=0)
    promotions_back_minor = MinorUnitsField(default=0)
    has_reserved = models.BooleanField(default=False, help_text="Whether its other parts are set aside for it.")
    reservations = models.PositiveSmallIntegerField(default=0, help_text="How often they were.")
    stray_minor = MinorUnitsField(default=0, help_text="What came in another currency than was due; in suspense.")
    stray_currency = CurrencyField(blank=True, default="")
    parked_back_minor = MinorUnitsField(
        default=0, help_text="What of parked money has left suspense, or is about to; kept by the database."
    )
    parked_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    gateway = models.CharField(max_length=20, blank=True, help_text="None where nothing was left for one to receive.")
    method = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Method])
    reference = models.CharField(max_length=40, unique=True)
    gateway_id = models.CharField(max_length=120, blank=True, default="")
    access_code = models.CharField(max_length=120, blank=True, default="")
    checkout_url = models.TextField(blank=True, default="")
    client_secret = EncryptedTextField(blank=True, default="")
    instructions = models.JSONField(default=dict, blank=True, help_text="Account number and countdown, or USSD code.")
    status = FSMField(max_length=20, choices=S.choices, default=S.INITIALIZED, protected=False)
    problem = models.CharField(max_length=300, blank=True, default="")
    paid_with = models.CharField(max_length=30, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often the gateway was asked to open it.")
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveSmallIntegerField(default=0)
    paid_at = models.DateTimeField(null=True, blank=True)
    save_method = models.BooleanField(default=False)
    client_key = models.CharField(max_length=255, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["payer", "client_key"], condition=~Q(client_key=""), name="payment_client_key_once"
            ),
            UniqueConstraint(
                fields=["gateway", "gateway_id"], condition=~Q(gateway_id=""), name="payment_gateway_id_once"
            ),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            CheckConstraint(
                condition=Q(captured_minor__gte=0, fee_minor__gte=0, refunded_minor__gte=0),
                name="payment_sums_not_negative",
            ),
            CheckConstraint(
                condition=Q(refunded_minor__lte=F("captured_minor") + F("amount_minor") - F("gateway_minor")),
                name="payment_never_refunds_more_than_paid",
            ),
            CheckConstraint(
                condition=Q(
                    amount_minor=F("gateway_minor") + F("wallet_minor") + F("credits_minor") + F("promotions_minor"),
                    gateway_minor__gte=0,
                    wallet_minor__gte=0,
                    credits_minor__gte=0,
                    promotions_minor__gte=0,
                ),
                name="payment_parts_make_the_whole",
            ),
            CheckConstraint(
                condition=Q(
                    gateway_back_minor__gte=0,
                    gateway_back_minor__lte=F("gateway_minor"),
                    wallet_back_minor__gte=0,
                    wallet_back_minor__lte=F("wallet_minor"),
                    credits_back_minor__gte=0,
                    credits_back_minor__lte=F("credits_minor"),
                    promotions_back_minor__gte=0,
                    promotions_back_minor__lte=F("promotions_minor"),
                ),
                name="payment_parts_go_back_once",
            ),
            CheckConstraint(condition=~Q(gateway="") | Q(gateway_minor=0), name="payment_through_a_gateway_has_one"),
            CheckConstraint(
                condition=Q(has_reserved=False) | Q(status__in=OPEN_STATUSES, reservations__gt=0),
                name="payment_sets_aside_while_it_is_open",
            ),
            CheckConstraint(
                condition=Q(stray_minor=0, stray_currency="")
                | Q(stray_minor__gt=0, captured_minor=0) & ~Q(stray_currency__in=["", F("currency")]),
                name="payment_stray_money_has_its_currency",
            ),
            CheckConstraint(
                condition=Q(status__in=PAID_STATUSES, paid_at__isnull=False, captured_minor__gte=F("gateway_minor"))
                | Q(status__in=[*UNPAID_STATUSES, *PARKED_STATUSES], paid_at__isnull=True),
                name="payment_paid_means_received",
            ),
            CheckConstraint(
                condition=Q(status=S.NEEDS_REVIEW, parked_at__isnull=False, resolved_at__isnull=True)
                | Q(status=S.RESOLVED, parked_at__isnull=False, resolved_at__isnull=False)
                | Q(parked_at__isnull=True, resolved_at__isnull=True) & ~Q(status__in=PARKED_STATUSES),
                name="payment_parked_has_its_moments",
            ),
            CheckConstraint(
                condition=Q(parked_back_minor__gte=0)
                & Q(parked_back_minor__lte=F("captured_minor") + F("stray_minor"))
                & (Q(parked_back_minor=0) | Q(status__in=PARKED_STATUSES))
                & (~Q(status=S.RESOLVED) | Q(parked_back_minor=F("captured_minor") + F("stray_minor"))),
                name="payment_parked_money_leaves_once",
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-created_at", "-id"], name="payment_of_payer"),
            models.Index(
                fields=["next_check_at", "id"], condition=Q(next_check_at__isnull=False), name="payment_to_check"
            ),
            models.Index(fields=["parked_at", "id"], condition=Q(status=S.NEEDS_REVIEW), name="payment_to_review"),
            models.Index(fields=["payer"], condition=Q(has_reserved=True), name="payment_that_set_aside"),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="payment_moves", field="status", transitions=[(a.value, b.value) for a, b in PAYMENT_MOVES]
            ),
            pgtrigger.ReadOnly(
                name="payment_terms",
                fields=[
                    "id",
                    "payer",
                    "currency",
                    "amount_minor",
                    "gateway_minor",
                    "wallet_minor",
                    "credits_minor",
                    "promotions_minor",
                    "gateway",
                    "reference",
                    "fingerprint",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_paid(self) -> bool:
        """Whether the money came, whatever was given back since."""
        return self.status in PAID_STATUSES

    @property
    def parts(self) -> SetAside:
        """What pays it besides the gateway."""
        return SetAside(
            wallet_minor=self.wallet_minor, credits_minor=self.credits_minor, promotions_minor=self.promotions_minor
        )

    @property
    def came_currency(self) -> str:
        """In which currency the gateway has received something."""
        return self.stray_currency or self.currency

    @property
    def parked_minor(self) -> int:
        """What of it lies in suspense and nobody has decided about, in the currency in which it came."""
        came = self.captured_minor + self.stray_minor
        return came - self.parked_back_minor if self.status == S.NEEDS_REVIEW else 0

    @property
    def is_settled(self) -> bool:
        """Whether the gateway's word has been booked, so that nothing it repeats can change it."""
        return self.status in SETTLED_STATUSES

    @transition(field=status, source=[S.INITIALIZED, S.FAILED, S.ABANDONED], target=S.PENDING)
    def note_on_its_way(self) -> None:
        """The money is on its way."""

    @transition(field=status, source=[S.INITIALIZED, S.PENDING], target=S.FAILED)
    def fail(self, *, problem: str) -> None:
        """The customer's attempt was refused."""
        self.problem = problem[:300]

    @transition(field=status, source=[S.INITIALIZED, S.PENDING, S.FAILED], target=S.ABANDONED)
    def abandon(self) -> None:
        """The attempt ran out unpaid."""

    @transition(field=status, source=list(UNPAID_STATUSES), target=S.SUCCEEDED)
    def succeed(self, *, paid_at: datetime, captured_minor: int, fee_minor: int, paid_with: str) -> None:
        """What was due has been received."""
        self.paid_at, self.captured_minor, self.fee_minor = paid_at, captured_minor, fee_minor
        self.paid_with, self.problem, self.next_check_at = paid_with[:30], "", None
        self.has_reserved = False

    @transition(field=status, source=list(UNPAID_STATUSES), target=S.NEEDS_REVIEW)
    def hold_for_review(self, *, problem: str, at: datetime) -> None:
        """What was received does not fit what was due."""
        self.problem, self.next_check_at, self.parked_at = problem[:300], None, at

    @transition(field=status, source=S.NEEDS_REVIEW, target=S.RESOLVED)
    def resolve(self, *, at: datetime) -> None:
        """Nothing of what was received lies in suspense any more."""
        self.resolved_at = at

    @transition(field=status, source=[S.SUCCEEDED, S.PARTIALLY_REFUNDED], target=S.PARTIALLY_REFUNDED)
    def note_partly_refunded(self) -> None:
        """Some of the money has gone back."""

    @transition(field=status, source=[S.SUCCEEDED, S.PARTIALLY_REFUNDED], target=S.REFUNDED)
    def note_refunded(self) -> None:
        """All that was due has gone back."""


class PaymentAllocation(BaseModel):
    """A share of a payment: the one thing, or the part of one, that it pays for, and where its money goes."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    item_type = models.CharField(max_length=30)
    item_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=AllocationKind.choices)
    description = models.CharField(max_length=200, blank=True, default="")
    amount_minor = MinorUnitsField()
    refunded_minor = MinorUnitsField(default=0, help_text="Kept by the database.")
    state = FSMField(max_length=20, choices=A.choices, default=A.DUE, protected=False)
    destination = models.CharField(max_length=20, choices=Destination.choices, default=Destination.ESCROW)
    business_id = models.UUIDField(null=True, blank=True)
    unit_type = models.CharField(max_length=30)
    unit_id = models.UUIDField()
    hold_id = models.UUIDField(null=True, blank=True)
    commission_rate_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_rate_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    performer = user_foreign_key(null=True, blank=True)
    performer_has_left = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["payment", "item_type", "item_id", "kind", "unit_type", "unit_id"],
                name="allocation_once_per_payment",
            ),
            UniqueConstraint(
                fields=["item_type", "item_id", "kind", "unit_type", "unit_id"],
                condition=Q(state=A.FUNDED),
                name="allocation_paid_once",
            ),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="allocation_amount_positive"),
            CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")),
                name="allocation_never_refunds_more_than_paid",
            ),
            CheckConstraint(
                condition=Q(destination=Destination.ESCROW, business_id__isnull=False)
                | Q(destination=Destination.PERFORMER, performer__isnull=False)
                | Q(destination__in=[Destination.CREDITS, Destination.PLATFORM]),
                name="allocation_has_a_receiver",
            ),
        ]
        indexes = [models.Index(fields=["item_type", "item_id"], name="allocation_of_item")]
        triggers = [
            pgtrigger.Protect(name="allocation_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="allocation_moves", field="state", transitions=[(a.value, b.value) for a, b in ALLOCATION_MOVES]
            ),
            pgtrigger.ReadOnly(
                name="allocation_terms",
                fields=[
                    "payment",
                    "item_type",
                    "item_id",
                    "kind",
                    "amount_minor",
                    "destination",
                    "unit_type",
                    "unit_id",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"

    @property
    def left_minor(self) -> int:
        """What could still be given back."""
        return self.amount_minor - self.refunded_minor if self.state == A.FUNDED else 0

    @transition(field=state, source=A.DUE, target=A.FUNDED)
    def fund(self, *, hold_id: Any) -> None:
        """The money is in escrow, or with the performer."""
        self.hold_id = hold_id

    @transition(field=state, source=A.DUE, target=A.CREDITED)
    def credit(self) -> None:
        """It had been paid before, so the customer's wallet has the money."""

    @transition(field=state, source=A.FUNDED, target=A.RETURNED)
    def give_back(self) -> None:
        """All of it went back to the customer."""
