"""Grants of credits, the uses of them, and every change of what can be spent."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet, append_only_triggers
from apps.credits.states import PROMISED_SOURCES, REAL_SOURCES, USE_MOVES, LineKind, Source, UseState

U = UseState
# A grant's ``used_minor`` and the lines of its history follow its uses, whoever writes them. A discount is no credit that
# its customer could look at: it has no lines.
_COUNTING = """
    after := CASE NEW.state WHEN 'FREED' THEN NEW.renewed_minor ELSE NEW.amount_minor - NEW.returned_minor + NEW.renewed_minor END;
    IF TG_OP = 'UPDATE' THEN
        before := CASE OLD.state WHEN 'FREED' THEN OLD.renewed_minor
                  ELSE OLD.amount_minor - OLD.returned_minor + OLD.renewed_minor END;
    END IF;
    IF after <> before THEN
        UPDATE credits_grant SET used_minor = used_minor + after - before WHERE id = NEW.grant_id;
        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, payment_id, at)
        SELECT g.id, g.customer_id,
               CASE WHEN NEW.state = 'FREED' THEN 'FREED' WHEN TG_OP = 'UPDATE' THEN 'RETURNED'
                    WHEN NEW.gift_id IS NOT NULL THEN 'GIVEN'
                    WHEN NEW.refund_id IS NULL THEN 'USED' WHEN NEW.state = 'SPENT' THEN 'TAKEN' ELSE 'CLAIMED' END,
               before - after, NEW.payment_id, NEW.moved_at
        FROM credits_grant g WHERE g.id = NEW.grant_id AND g.pinned_to IS NULL;
    END IF;
    RETURN NEW;
"""
_LINE_OF_GRANT = """
    IF NEW.pinned_to IS NULL THEN
        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, at)
        VALUES (NEW.id, NEW.customer_id, 'GRANTED', NEW.amount_minor, NEW.created_at);
    END IF;
    RETURN NEW;
"""
_LINE_OF_EXPIRY = """
    IF NEW.amount_minor > NEW.used_minor AND NEW.pinned_to IS NULL THEN
        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, at)
        VALUES (NEW.id, NEW.customer_id, 'EXPIRED', NEW.used_minor - NEW.amount_minor, NEW.expired_at);
    END IF;
    RETURN NEW;
"""


class GrantQuerySet(BaseQuerySet):
    def spendable(self, at: datetime) -> Self:
        """Those of which something is left that any payment may take."""
        return self.filter(used_minor__lt=F("amount_minor"), pinned_to=None, expired_at=None).filter(
            Q(expires_at=None) | Q(expires_at__gt=at)
        )

    def real(self) -> Self:
        """Those that are in the books."""
        return self.filter(source__in=REAL_SOURCES)

    def promised(self) -> Self:
        """Those that the platform pays when they are spent."""
        return self.filter(source__in=PROMISED_SOURCES)

    def of_customer(self, user_id: UUID) -> Self:
        """The person's own, the latest first."""
        return self.filter(customer_id=user_id).order_by("-id")

    def to_warn(self, until: datetime, at: datetime) -> Self:
        """Those whose customer is to hear that they run out before ``until``."""
        return self.spendable(at).filter(warned_at=None, expires_at__lte=until).order_by("expires_at", "pk")

    def run_out(self, at: datetime) -> Self:
        """Those whose time has run out, of which that is not noted yet."""
        return self.filter(expired_at=None, expires_at__lte=at).order_by("expires_at", "pk")


class Grant(BaseModel):
    """Credits that a customer received at once. What is used of it is counted by the database, from its uses."""

    customer = user_foreign_key(db_index=False)
    currency = CurrencyField()
    source = models.CharField(max_length=10, choices=Source.choices)
    amount_minor = MinorUnitsField()
    used_minor = MinorUnitsField(default=0, help_text="Set aside, spent or given away; kept by the database.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Bought and refunded credits never run out.")
    expired_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    origin = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="The grant in whose place this one stands, since that had run out.",
    )  # fmt: skip
    given_by = user_foreign_key(
        null=True, blank=True, db_index=False, help_text="Who gave them, of operations or as a gift."
    )
    pinned_to = models.UUIDField(null=True, blank=True, help_text="The one payment that may take it: a discount.")

    objects: Any = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(source__in=Source.values), name="credit_source_known"),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_grant_positive"),
            CheckConstraint(
                condition=Q(used_minor__gte=0, used_minor__lte=F("amount_minor")), name="credit_never_spent_twice"
            ),
            CheckConstraint(
                condition=Q(source__in=REAL_SOURCES, expires_at=None, pinned_to=None)
                | Q(source__in=PROMISED_SOURCES, expires_at__isnull=False),
                name="credit_expiry_by_source",
            ),
            CheckConstraint(
                condition=Q(expired_at=None) | Q(expired_at__gte=F("expires_at")), name="credit_expired_in_time"
            ),
        ]
        indexes = [
            Index(fields=["customer", "-id"], name="credit_of_customer"),
            Index(
                fields=["customer", "currency"],
                condition=Q(used_minor__lt=F("amount_minor"), expired_at=None),
                name="credit_to_spend",
            ),
            Index(
                fields=["expires_at", "id"],
                condition=Q(expired_at=None, expires_at__isnull=False),
                name="credit_to_expire",
            ),
            Index(
                fields=["expires_at", "id"],
                condition=Q(expired_at=None, warned_at=None, expires_at__isnull=False),
                name="credit_to_warn",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="credit_grant_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="credit_grant_terms",
                fields=[
                    "id", "customer", "currency", "source", "amount_minor", "expires_at", "origin", "given_by",
                    "pinned_to", "created_at",
                ],
            ),
            pgtrigger.Trigger(
                name="credit_grant_line", when=pgtrigger.After, operation=pgtrigger.Insert, func=_LINE_OF_GRANT
            ),
            pgtrigger.Trigger(
                name="credit_expiry_line",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("expired_at"),
                condition=pgtrigger.Q(old__expired_at__isnull=True, new__expired_at__isnull=False),
                func=_LINE_OF_EXPIRY,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.amount_minor} {self.currency}"

    @property
    def left_minor(self) -> int:
        """What is not used."""
        return self.amount_minor - self.used_minor

    @property
    def is_real(self) -> bool:
        """Whether it is in the books as the customer's money."""
        return self.source in REAL_SOURCES


class Use(BaseModel):
    """What one payment, one gift, or one refund of what bought it takes of one grant."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="uses")
    payment_id = models.UUIDField(null=True, blank=True)
    gift = models.ForeignKey(
        "credits.Gift", null=True, blank=True, on_delete=models.PROTECT, related_name="uses", db_index=False
    )
    refund_id = models.UUIDField(
        null=True, blank=True, help_text="A claim of the customer's bank, or a refund made at the gateway."
    )
    amount_minor = MinorUnitsField()
    returned_minor = MinorUnitsField(default=0, help_text="What refunds have given back of it.")
    renewed_minor = MinorUnitsField(
        default=0, help_text="What of it came back in a new grant, since this one had run out."
    )
    state = models.CharField(max_length=8, choices=U.choices, default=U.RESERVED)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=U.values), name="credit_use_state_known"),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_use_positive"),
            CheckConstraint(
                condition=Q(returned_minor__gte=0, returned_minor__lte=F("amount_minor")),
                name="credit_use_never_returns_more",
            ),
            CheckConstraint(condition=Q(returned_minor=0) | Q(state=U.SPENT), name="credit_use_spent_before_returned"),
            CheckConstraint(
                condition=Q(renewed_minor=0)
                | Q(state=U.SPENT, renewed_minor__gt=0, renewed_minor__lte=F("returned_minor"))
                | Q(state=U.FREED, renewed_minor=F("amount_minor")),
                name="credit_use_renews_what_came_back",
            ),
            CheckConstraint(
                condition=Q(payment_id__isnull=False, gift=None, refund_id=None)
                | Q(payment_id=None, gift__isnull=False, refund_id=None, state=U.SPENT)
                | Q(payment_id=None, gift=None, refund_id__isnull=False, returned_minor=0, renewed_minor=0),
                name="credit_use_is_of_one_thing",
            ),
            UniqueConstraint(
                fields=["payment_id", "grant"], condition=~Q(state=U.FREED), name="credit_used_once_by_a_payment"
            ),
            UniqueConstraint(fields=["refund_id"], condition=~Q(state=U.FREED), name="credit_used_once_by_a_refund"),
        ]
        triggers = [
            pgtrigger.Protect(name="credit_use_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="credit_use_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in USE_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="credit_use_terms",
                fields=["id", "grant", "payment_id", "gift", "refund_id", "amount_minor", "created_at"],
            ),
            pgtrigger.Trigger(
                name="credit_use_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("after", "bigint"), ("before", "bigint := 0")],
                func=_COUNTING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.grant}"

    @property
    def left_minor(self) -> int:
        """What could still be given back."""
        return self.amount_minor - self.returned_minor if self.state == U.SPENT else 0


class LineQuerySet(BaseQuerySet):
    def of_customer(self, user_id: UUID) -> Self:
        """The person's own, the latest first, with the grant of each."""
        return self.filter(customer_id=user_id).select_related("grant").order_by("-id")


class Line(models.Model):
    """One change of what a customer can spend; triggers write it. The lines of a grant sum to what is left of it."""

    id = models.BigAutoField(primary_key=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="lines")
    customer = user_foreign_key(db_index=False)
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    amount_minor = MinorUnitsField(help_text="Above zero came in, below went out.")
    payment_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()

    objects: Any = LineQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=~Q(amount_minor=0), name="credit_line_not_zero")]
        indexes = [Index(fields=["customer", "-id"], name="credit_line_of_customer")]
        triggers = append_only_triggers("credits_line")

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
