"""What is added to a job while it runs, and who owes for it."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q

from apps.bookings.models.customer import CUSTOMER_STAYS
from apps.bookings.states import EXTRA_MOVES, ExtraKind, ExtraState, Party
from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet

E = ExtraState
K = ExtraKind
MOST_OF_ONE = 99

_ONLY_WHILE_IT_RUNS = """
    IF NOT EXISTS (SELECT FROM bookings_booking AS b WHERE b.id = NEW.booking_id AND b.status = 'IN_PROGRESS') THEN
        RAISE EXCEPTION 'extras of booking % are added and refused while it runs', NEW.booking_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'extra_while_it_runs';
    END IF;
    RETURN NEW;
"""
_SUM_UP = """
    UPDATE bookings_booking SET extras_minor = (
        SELECT coalesce(sum(e.amount_minor), 0) FROM bookings_addedextra AS e
        WHERE e.booking_id = NEW.booking_id AND e.state NOT IN ('REFUSED', 'WAIVED', 'RETURNED'))
    WHERE id = NEW.booking_id;
    RETURN NULL;
"""


class AddedExtraQuerySet(BaseQuerySet):
    def owed_by(self, customer_id: UUID, at: datetime) -> Self:
        """What the customer has left unpaid for so long that they cannot book."""
        return self.filter(customer_id=customer_id, state=E.DUE, block_at__lte=at)

    def due_of(self, booking_id: UUID) -> Self:
        """What is to be paid for one booking, in the order in which it was added."""
        return self.filter(booking_id=booking_id, state=E.DUE).order_by("added_at", "pk")

    def to_tell_blocked(self, at: datetime) -> Self:
        """Those whose customer is to hear that new bookings are blocked."""
        return self.filter(state=E.DUE, blocked_told_at__isnull=True, block_at__lte=at).order_by("block_at", "pk")


class AddedExtra(BaseModel):
    """Something added to a running job, at the price it had then. The booking's ``extras_minor`` is their sum, by trigger."""

    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="added_extras")
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=K.choices)
    extra = models.ForeignKey("catalog.Extra", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("catalog.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_minor = MinorUnitsField()
    amount_minor = MinorUnitsField()
    currency = CurrencyField()
    state = models.CharField(max_length=10, choices=E.choices, default=E.ADDED)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_as = models.CharField(max_length=10, choices=Party.choices)
    added_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    block_at = models.DateTimeField(
        null=True, blank=True, help_text="Unpaid, it keeps its customer from booking from then on."
    )
    blocked_told_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    waive_reason = models.TextField(blank=True)

    objects: Any = AddedExtraQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            CheckConstraint(
                condition=Q(kind=K.EXTRA, extra__isnull=False, service__isnull=True, product__isnull=True)
                | Q(kind=K.SERVICE, extra__isnull=True, service__isnull=False, product__isnull=True)
                | Q(kind=K.PRODUCT, extra__isnull=True, service__isnull=True, product__isnull=False),
                name="extra_is_of_one_kind",
            ),
            CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=MOST_OF_ONE), name="extra_quantity_in_range"),
            CheckConstraint(
                condition=Q(unit_minor__gte=0, amount_minor=F("unit_minor") * F("quantity")),
                name="extra_amount_adds_up",
            ),
            CheckConstraint(condition=Q(state__in=E.values), name="extra_state_known"),
            CheckConstraint(condition=~Q(state=E.REFUSED) | Q(refused_at__isnull=False), name="extra_refused_when"),
            CheckConstraint(
                condition=~Q(state=E.DUE) | Q(due_at__isnull=False, block_at__isnull=False, amount_minor__gt=0),
                name="extra_due_when",
            ),
            CheckConstraint(
                condition=~Q(state__in=[E.PAID, E.RETURNED]) | Q(paid_at__isnull=False), name="extra_paid_when"
            ),
            CheckConstraint(
                condition=~Q(state=E.WAIVED)
                | (Q(waived_at__isnull=False, waived_by__isnull=False) & ~Q(waive_reason="")),
                name="extra_waived_by_whom_and_why",
            ),
        ]
        indexes = [
            Index(fields=["customer", "block_at"], condition=Q(state=E.DUE), name="extra_owed"),
            Index(
                fields=["block_at", "id"], condition=Q(state=E.DUE, blocked_told_at__isnull=True), name="extra_to_tell"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="extra_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in EXTRA_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.Protect(name="extra_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="extra_terms",
                fields=[
                    "id", "booking", "kind", "extra", "service", "product", "name", "quantity", "unit_minor",
                    "amount_minor", "currency", "added_by", "added_as", "added_at",
                ],
            ),
            pgtrigger.Trigger(
                name="extra_customer_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("customer_id"),
                condition=pgtrigger.Condition("(OLD.customer_id IS DISTINCT FROM NEW.customer_id)"),
                func=CUSTOMER_STAYS,
            ),
            pgtrigger.Trigger(
                name="extra_added_while_it_runs",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_ONLY_WHILE_IT_RUNS,
            ),
            pgtrigger.Trigger(
                name="extra_refused_while_it_runs",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("(NEW.state = 'REFUSED' AND OLD.state <> 'REFUSED')"),
                func=_ONLY_WHILE_IT_RUNS,
            ),
            pgtrigger.Trigger(
                name="extra_sums_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                func=_SUM_UP,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def status(self) -> str:
        """Its state, under the name by which actions ask."""
        return self.state
