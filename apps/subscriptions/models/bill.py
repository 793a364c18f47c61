"""What has to be paid for a subscription: one bill for each month, and one for the rest of a month in a larger plan."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet
from apps.subscriptions.models.plan import Plan
from apps.subscriptions.models.subscription import Subscription
from apps.subscriptions.states import BILL_MOVES, BillKind
from apps.subscriptions.states import BillState as B


class Bill(BaseModel):
    """One amount for one stretch of time, paid once by a payment or out of what a business can withdraw."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="bills", db_index=False)
    kind = models.CharField(max_length=8, choices=BillKind.choices)
    number = models.PositiveIntegerField(help_text="Of the month, from 0.")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = CurrencyField()
    amount_minor = MinorUnitsField()
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Of a first month: when it is paid.")
    ends_at = models.DateTimeField(null=True, blank=True)
    pay_until = models.DateTimeField(null=True, blank=True)
    state = FSMField(max_length=4, choices=B.choices, default=B.DUE, protected=False)
    payment_id = models.UUIDField(null=True, blank=True)
    transfer_id = models.UUIDField(null=True, blank=True, help_text="Where it was paid from what can be withdrawn.")
    paid_at = models.DateTimeField(null=True, blank=True)
    given_back_minor = MinorUnitsField(default=0, help_text="What of it has gone back.")

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["subscription", "number"], condition=Q(kind=BillKind.MONTH), name="bill_each_month_once"
            ),
            UniqueConstraint(
                fields=["subscription"],
                condition=Q(kind=BillKind.UPGRADE, state=B.DUE),
                name="bill_one_open_upgrade",
            ),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="bill_amount_positive"),
            CheckConstraint(
                condition=Q(given_back_minor=0)
                | Q(state=B.PAID, given_back_minor__gt=0, given_back_minor__lte=F("amount_minor")),
                name="bill_given_back_within_what_was_paid",
            ),
            CheckConstraint(
                condition=Q(state=B.PAID, paid_at__isnull=False, starts_at__isnull=False, ends_at__gt=F("starts_at"))
                & (Q(payment_id__isnull=False, transfer_id=None) | Q(payment_id=None, transfer_id__isnull=False))
                | Q(paid_at=None, payment_id=None, transfer_id=None) & ~Q(state=B.PAID),
                name="bill_paid_once_from_one_source",
            ),
        ]
        indexes = [Index(fields=["subscription", "-id"], name="bill_of_subscription")]
        triggers = [
            pgtrigger.Protect(name="bill_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="bill_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in BILL_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="bill_terms",
                fields=["id", "subscription", "kind", "number", "plan", "currency", "amount_minor", "created_at"],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number + 1}"

    @property
    def left_minor(self) -> int:
        """What can still be given back of what was paid."""
        return int(self.amount_minor - self.given_back_minor) if self.state == B.PAID else 0

    @transition(field=state, source=B.DUE, target=B.PAID)
    def pay(
        self, *, starts_at: datetime, ends_at: datetime, payment_id: UUID | None, transfer_id: UUID | None, at: datetime
    ) -> None:
        """Its money is there."""
        self.starts_at, self.ends_at = starts_at, ends_at
        self.payment_id, self.transfer_id, self.paid_at = payment_id, transfer_id, at

    @transition(field=state, source=B.DUE, target=B.VOID)
    def void(self) -> None:
        """Nobody has to pay it any more."""
