"""What the platform charged a business in a month."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet
from apps.invoices.states import InvoiceKind

# Only the numbering of a paper, which is a trigger itself, takes the next number.
_ONE_BY_ONE = """
    IF NEW.last <> OLD.last + 1 OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the numbers of series % go up one by one, with a paper each', OLD.code;
    END IF;
    RETURN NEW;
"""
_NUMBERED = """
    UPDATE statements_commissionseries SET last = last + 1 WHERE id = NEW.series_id AND kind = NEW.kind
        RETURNING last, code || '-' || lpad(last::text, 6, '0') INTO NEW.number, NEW.reference;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'series % is not for this kind', NEW.series_id;
    END IF;
    RETURN NEW;
"""


class CommissionSeries(BaseModel):
    """The numbers of the platform's own invoices, or of its credit notes: 1, 2, 3 … without a gap."""

    kind = models.CharField(max_length=12, choices=InvoiceKind.choices, unique=True)
    code = models.CharField(max_length=16, unique=True, help_text="What stands before the number.")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "commission series"
        triggers = [
            pgtrigger.Trigger(
                name="commission_series_one_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("last"),
                func=_ONE_BY_ONE,
            ),
            pgtrigger.Trigger(
                name="commission_series_begins_at_nothing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.last <> 0"),
                func="RAISE EXCEPTION 'a series begins at nothing';",
            ),
            pgtrigger.ReadOnly(name="commission_series_terms", fields=["id", "kind", "code", "created_at"]),
            pgtrigger.Protect(name="commission_series_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.code


class CommissionInvoice(BaseModel):
    """The commission of a business's month, tax included; a credit note where more was given back than charged."""

    kind = models.CharField(max_length=12, choices=InvoiceKind.choices)
    statement = models.OneToOneField(
        "statements.Statement", on_delete=models.PROTECT, related_name="commission_invoice"
    )
    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    series = models.ForeignKey(CommissionSeries, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(default=0, help_text="The database's own count.")
    reference = models.CharField(max_length=32, blank=True, default="")
    currency = CurrencyField()
    month = models.DateField()
    sales_minor = MinorUnitsField(help_text="What the commission was charged on, less what went back of it.")
    gross_minor = MinorUnitsField(help_text="The commission, tax included.")
    vat_minor = MinorUnitsField("VAT", default=0, help_text="The tax in it.")
    vat_rate_bp = models.PositiveSmallIntegerField("VAT rate", default=0, help_text="In basis points.")
    seller = models.JSONField(help_text="The platform: name, address, TIN.")
    buyer = models.JSONField(help_text="The business: name, address, TIN.")
    issued_at = models.DateTimeField()

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["series", "number"], name="commission_number_once"),
            UniqueConstraint(fields=["reference"], name="commission_reference_once"),
            CheckConstraint(condition=Q(gross_minor__gt=0), name="commission_amount_positive"),
            CheckConstraint(
                condition=Q(vat_minor__gte=0, vat_minor__lt=F("gross_minor")), name="commission_tax_is_part_of_it"
            ),
        ]
        indexes = [Index(fields=["business", "-month", "-id"], name="commission_of_business")]
        triggers = [
            pgtrigger.Trigger(
                name="commission_is_numbered", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NUMBERED
            ),
            pgtrigger.Protect(name="commission_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def net_minor(self) -> int:
        """Without the tax."""
        return int(self.gross_minor - self.vat_minor)
