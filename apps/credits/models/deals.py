"""How credits come: bought, given by somebody, by a code, or for bringing somebody."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Upper

from apps.core import clock
from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel
from apps.credits.models.grant import Grant
from apps.credits.states import REDEMPTION_MOVES, CodeKind, PurchaseStatus, RedemptionState

# Under the lock of the code's row the count cannot pass its limit, whatever runs at once: a check constraint holds.
_COUNTING = """
    change := CASE WHEN NEW.state = 'TAKEN' THEN 1 ELSE 0 END;
    IF TG_OP = 'UPDATE' AND OLD.state = 'TAKEN' THEN
        change := change - 1;
    END IF;
    IF change <> 0 THEN
        UPDATE credits_promocode SET redeemed = redeemed + change WHERE id = NEW.code_id;
    END IF;
    RETURN NEW;
"""


class CreditPurchase(BaseModel):
    """Credits that somebody means to buy; they are there once it is paid."""

    customer = user_foreign_key()
    currency = CurrencyField()
    amount_minor = MinorUnitsField()
    status = models.CharField(max_length=8, choices=PurchaseStatus.choices, default=PurchaseStatus.PENDING)
    pay_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    payment_id = models.UUIDField(null=True, blank=True)
    grant = models.OneToOneField(Grant, null=True, blank=True, on_delete=models.PROTECT, related_name="purchase")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_purchase_positive"),
            CheckConstraint(
                condition=Q(status=PurchaseStatus.PENDING, paid_at=None, payment_id=None, grant=None)
                | Q(status=PurchaseStatus.PAID, paid_at__isnull=False, payment_id__isnull=False, grant__isnull=False),
                name="credit_purchase_paid_is_granted",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="credit_purchase_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="credit_purchase_moves",
                field="status",
                transitions=[(PurchaseStatus.PENDING.value, PurchaseStatus.PAID.value)],
                condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
            ),
            pgtrigger.ReadOnly(
                name="credit_purchase_terms", fields=["id", "customer", "currency", "amount_minor", "created_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"


class Gift(BaseModel):
    """Bought credits that one customer gave to another."""

    giver = user_foreign_key()
    receiver = user_foreign_key()
    currency = CurrencyField()
    amount_minor = MinorUnitsField()
    message = models.CharField(max_length=300, blank=True, default="")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="gift")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_gift_positive"),
            CheckConstraint(condition=~Q(giver=F("receiver")), name="credit_gift_is_for_somebody_else"),
        ]
        triggers = [
            pgtrigger.Protect(name="credit_gift_stays", operation=pgtrigger.Delete | pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"


class PromoCode(BaseModel):
    """A code that grants credits, or lowers the price of one payment at the platform's cost."""

    code = models.CharField(max_length=30, help_text="In capitals; customers may type it as they like.")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=CodeKind.choices)
    is_active = models.BooleanField(default=True)
    currency = CurrencyField()
    amount_minor = MinorUnitsField(null=True, blank=True, help_text="What it grants, or takes off the price.")
    percent = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the price, in place of an amount.")
    cap_minor = MinorUnitsField(null=True, blank=True, help_text="The most that a percentage takes off.")
    minimum_minor = MinorUnitsField(default=0, help_text="The least that has to be paid for with it.")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(default=90, help_text="How long what it grants can be spent.")
    limit_total = models.PositiveIntegerField(null=True, blank=True, help_text="How often it can be used in all.")
    limit_each = models.PositiveSmallIntegerField(default=1, help_text="How often by the same customer.")
    is_for_first = models.BooleanField("first purchase only", default=False)
    businesses = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Only for these; empty for all.")
    categories = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Only for these; empty for all.")
    redeemed = models.PositiveIntegerField(default=0, editable=False, help_text="Kept by the database.")

    class Meta:
        constraints = [
            UniqueConstraint(Upper("code"), name="promo_code_once"),
            CheckConstraint(condition=Q(kind__in=CodeKind.values), name="promo_code_kind_known"),
            CheckConstraint(
                condition=Q(percent=None, cap_minor=None, amount_minor__gt=0)
                | Q(kind=CodeKind.DISCOUNT, percent__gte=1, percent__lte=100, amount_minor=None),
                name="promo_code_amount_or_percent",
            ),
            CheckConstraint(condition=Q(cap_minor=None) | Q(cap_minor__gt=0), name="promo_code_cap_positive"),
            CheckConstraint(condition=Q(minimum_minor__gte=0), name="promo_code_minimum_not_negative"),
            CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="promo_code_in_order"),
            CheckConstraint(condition=Q(valid_days__gt=0, limit_each__gt=0), name="promo_code_lasts"),
            CheckConstraint(
                condition=Q(limit_total=None) | Q(redeemed__lte=F("limit_total")),
                name="promo_code_never_used_too_often",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="promo_code_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="promo_code_terms", fields=["id", "code", "kind", "currency", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.code

    def is_open(self, at: datetime) -> bool:
        """Whether it can be used now, as far as the code itself tells."""
        return self.is_active and self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def takes_off(self, amount_minor: int) -> int:
        """What it takes off a price, rounded down to whole minor units; never more than the price."""
        wanted = self.amount_minor or 0
        if self.percent is not None:
            wanted = amount_minor * self.percent // 100
            wanted = min(wanted, self.cap_minor) if self.cap_minor is not None else wanted
        return min(wanted, amount_minor)


class Redemption(BaseModel):
    """One use of a promo code by one customer."""

    code = models.ForeignKey(PromoCode, on_delete=models.PROTECT, related_name="redemptions")
    customer = user_foreign_key()
    number = models.PositiveSmallIntegerField(help_text="The customer's first, second … use of the code.")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="redemption")
    payment_id = models.UUIDField(null=True, blank=True, help_text="The payment whose price a discount lowered.")
    state = models.CharField(max_length=8, choices=RedemptionState.choices, default=RedemptionState.TAKEN)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["code", "customer", "number"],
                condition=Q(state=RedemptionState.TAKEN),
                name="promo_code_each_use_once",
            ),
            CheckConstraint(condition=Q(state__in=RedemptionState.values), name="promo_redemption_state_known"),
        ]
        indexes = [
            Index(fields=["payment_id"], condition=Q(payment_id__isnull=False), name="promo_redemption_of_payment")
        ]
        triggers = [
            pgtrigger.Protect(name="promo_redemption_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="promo_redemption_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in REDEMPTION_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.Trigger(
                name="promo_redemption_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                declare=[("change", "integer")],
                func=_COUNTING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} by {self.customer_id}"


class Referral(BaseModel):
    """The code by which somebody brings others, and by whom they were brought themselves."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    referred_by = user_foreign_key(null=True, blank=True)
    rewarded_at = models.DateTimeField(null=True, blank=True, help_text="When both sides had their credits.")
    reward_minor = MinorUnitsField(default=0)
    currency = CurrencyField(blank=True, default="")

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(referred_by=F("user")), name="referral_of_somebody_else"),
            CheckConstraint(
                condition=Q(rewarded_at=None, reward_minor=0, currency="")
                | (Q(rewarded_at__isnull=False, referred_by__isnull=False, reward_minor__gt=0) & ~Q(currency="")),
                name="referral_rewarded_once_for_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="referral_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="referral_terms", fields=["id", "user", "code", "referred_by", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.code
