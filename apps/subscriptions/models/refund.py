"""Money of a bill on its way back to what the business can withdraw."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django_fsm import FSMField, transition

from apps.core.fields import MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.subscriptions.models.bill import Bill
from apps.subscriptions.states import BILL_REFUND_MOVES
from apps.subscriptions.states import BillRefundState as S

# Under the lock of the bill's row the sum cannot pass what was paid, whatever runs at once: a check constraint holds.
_COUNTING = """
    IF NEW.state = 'GIVEN_BACK' AND (TG_OP = 'INSERT' OR OLD.state <> 'GIVEN_BACK') THEN
        UPDATE subscriptions_bill SET given_back_minor = given_back_minor + NEW.amount_minor
            WHERE id = NEW.bill_id AND transfer_id IS NOT NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'refund %: its bill was not paid out of what can be withdrawn', NEW.id;
        END IF;
    END IF;
    RETURN NEW;
"""


class BillRefund(BaseModel):
    """All or a part of a bill that was paid out of what a business can withdraw; the database counts what went back."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = MinorUnitsField()
    reason = models.CharField(max_length=300)
    state = FSMField(max_length=10, choices=S.choices, default=S.PROPOSED, protected=False)
    proposed_by = user_foreign_key()
    decided_by = user_foreign_key(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="", help_text="Why it was denied.")
    transfer_id = models.UUIDField(null=True, blank=True, unique=True)

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(amount_minor__gt=0), name="bill_refund_amount_positive"),
            CheckConstraint(
                condition=Q(state=S.PROPOSED, decided_at=None, decided_by=None, transfer_id=None)
                | Q(state=S.DENIED, decided_at__isnull=False, decided_by__isnull=False, transfer_id=None)
                | Q(state=S.GIVEN_BACK, decided_at__isnull=False, decided_by__isnull=False, transfer_id__isnull=False),
                name="bill_refund_decided_or_waiting",
            ),
        ]
        indexes = [Index(fields=["-id"], condition=Q(state=S.PROPOSED), name="bill_refund_to_decide")]
        triggers = [
            pgtrigger.Protect(name="bill_refund_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="bill_refund_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in BILL_REFUND_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="bill_refund_terms", fields=["id", "bill", "amount_minor", "reason", "proposed_by", "created_at"]
            ),
            pgtrigger.Trigger(
                name="bill_refund_counts_on_its_bill",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                func=_COUNTING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.reason}"

    @transition(field=state, source=S.PROPOSED, target=S.GIVEN_BACK)
    def give_back(self, *, transfer_id: UUID, by: Any, at: datetime) -> None:
        """The business can withdraw it again."""
        self.transfer_id, self.decided_by, self.decided_at = transfer_id, by, at

    @transition(field=state, source=S.PROPOSED, target=S.DENIED)
    def deny(self, *, reason: str, by: Any, at: datetime) -> None:
        """It is not given back."""
        self.problem, self.decided_by, self.decided_at = reason[:300], by, at
