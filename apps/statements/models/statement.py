"""A month of an owner's account, as it was told to its owner."""

from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet

# A statement goes on where the last one ended, and its lines are all that is between its two balances.
_ADDS_UP = """
    SELECT closing_minor, closing_owed_minor INTO before_minor, before_owed FROM statements_statement
        WHERE business_id IS NOT DISTINCT FROM NEW.business_id AND user_id IS NOT DISTINCT FROM NEW.user_id
            AND currency = NEW.currency AND month < NEW.month
        ORDER BY month DESC LIMIT 1;
    IF FOUND AND (before_minor, before_owed) <> (NEW.opening_minor, NEW.opening_owed_minor) THEN
        RAISE EXCEPTION 'statement %: it opens with another balance than the one before it closed with', NEW.reference;
    END IF;
    IF EXISTS (
        SELECT 1 FROM statements_statement
        WHERE business_id IS NOT DISTINCT FROM NEW.business_id AND user_id IS NOT DISTINCT FROM NEW.user_id
            AND currency = NEW.currency AND month > NEW.month
    ) THEN
        RAISE EXCEPTION 'statement %: a later one has been issued', NEW.reference;
    END IF;
    SELECT coalesce(sum((line->>'amount_minor')::bigint), 0), coalesce(sum((line->>'owed_minor')::bigint), 0)
        INTO moved, moved_owed FROM jsonb_array_elements(NEW.lines) AS line;
    IF (NEW.opening_minor + moved, NEW.opening_owed_minor + moved_owed)
        <> (NEW.closing_minor, NEW.closing_owed_minor) THEN
        RAISE EXCEPTION 'statement %: its lines are not what is between its balances', NEW.reference;
    END IF;
    RETURN NEW;
"""


class StatementQuerySet(BaseQuerySet):
    def of(self, business_id: UUID | None, user_id: UUID | None, currency: str) -> Self:
        """One owner's in one currency, the latest first."""
        return self.filter(business_id=business_id, user_id=user_id, currency=currency).order_by("-month")


class Statement(BaseModel):
    """A month, by the owner's own clock, of what a business has to withdraw, or of a performer's tips.

    ``owed`` is below zero: what the owner owed the marketplace. ``last_entry_id`` is the last entry of the books that the
    account had when it was made: one that was booked later with an earlier moment is in the next statement.
    """

    business = models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = user_foreign_key(null=True, blank=True, db_index=False)
    reference = models.CharField(max_length=40, unique=True)
    currency = CurrencyField()
    month = models.DateField(help_text="Its first day.")
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opening_minor = MinorUnitsField()
    closing_minor = MinorUnitsField()
    opening_owed_minor = MinorUnitsField(default=0)
    closing_owed_minor = MinorUnitsField(default=0)
    lines = models.JSONField(encoder=DjangoJSONEncoder, default=list, blank=True)
    last_entry_id = models.BigIntegerField(default=0)
    holder = models.JSONField(help_text="Name, address and TIN.")
    issued_at = models.DateTimeField()

    objects: Any = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(business__isnull=False, user__isnull=True) | Q(business__isnull=True, user__isnull=False),
                name="statement_of_one_owner",
            ),
            UniqueConstraint(
                fields=["business", "user", "currency", "month"], nulls_distinct=False, name="statement_once_a_month"
            ),
            CheckConstraint(condition=Q(month__day=1), name="statement_begins_a_month"),
            CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), issued_at__gte=F("ends_at")), name="statement_of_what_is_over"
            ),
            CheckConstraint(
                condition=Q(opening_owed_minor__lte=0, closing_owed_minor__lte=0), name="statement_owes_below_zero"
            ),
        ]
        indexes = [
            Index(fields=["business", "-month", "-id"], name="statement_of_business"),
            Index(fields=["user", "-month", "-id"], condition=Q(user__isnull=False), name="statement_of_user"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="statement_adds_up",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("before_minor", "bigint"), ("before_owed", "bigint"), ("moved", "bigint"), ("moved_owed", "bigint"),
                ],
                func=_ADDS_UP,
            ),
            pgtrigger.Protect(name="statement_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference
