import pgtrigger
from django.db import models
from django.db.models import UniqueConstraint

from apps.core.models import BaseModel
from apps.invoices.states import InvoiceKind

# Only the numbering of an invoice, which is a trigger itself, takes the next number.
_ONE_BY_ONE = """
    IF NEW.last <> OLD.last + 1 OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the numbers of series % go up one by one, with an invoice each', OLD.code;
    END IF;
    RETURN NEW;
"""


class NumberSeries(BaseModel):
    """The numbers of a business's invoices, or of its credit notes: 1, 2, 3 … without a gap; or of the platform's own."""

    business = models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Empty: the platform's own.",
    )  # fmt: skip
    kind = models.CharField(max_length=12, choices=InvoiceKind.choices)
    code = models.CharField(max_length=16, unique=True, help_text="What stands before the number.")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            UniqueConstraint(fields=["business", "kind"], nulls_distinct=False, name="series_one_of_each_kind")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="series_one_by_one", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("last"), func=_ONE_BY_ONE
            ),
            pgtrigger.Trigger(
                name="series_begins_at_nothing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.last <> 0"),
                func="RAISE EXCEPTION 'a series begins at nothing';",
            ),
            pgtrigger.ReadOnly(name="series_terms", fields=["id", "business", "kind", "code", "created_at"]),
            pgtrigger.Protect(name="series_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.code
