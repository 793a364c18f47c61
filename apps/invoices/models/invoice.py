from typing import Any, Self

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.invoices.states import InvoiceKind

K = InvoiceKind

# The number comes from the series's own row, locked until the end of the transaction: who rolls back leaves no gap.
_NUMBERED = """
    UPDATE invoices_numberseries SET last = last + 1 WHERE id = NEW.series_id
        AND business_id IS NOT DISTINCT FROM NEW.business_id AND kind = NEW.kind
        RETURNING last, code || '-' || lpad(last::text, 6, '0') INTO NEW.number, NEW.reference;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'series % is not for this business and kind', NEW.series_id;
    END IF;
    RETURN NEW;
"""
# What was credited never exceeds the invoice; the row that is corrected is locked, so that two notes count each other.
_WITHIN = """
    PERFORM 1 FROM invoices_invoice WHERE id = NEW.corrects_id FOR UPDATE;
    SELECT invoice.gross_minor - coalesce(sum(note.gross_minor), 0),
           invoice.vat_minor - coalesce(sum(note.vat_minor), 0)
        INTO left_gross, left_vat
        FROM invoices_invoice invoice LEFT JOIN invoices_invoice note ON note.corrects_id = invoice.id
        WHERE invoice.id = NEW.corrects_id AND invoice.kind = 'INVOICE' AND invoice.currency = NEW.currency
            AND invoice.business_id IS NOT DISTINCT FROM NEW.business_id
            AND invoice.buyer_business_id IS NOT DISTINCT FROM NEW.buyer_business_id
            AND invoice.payment_id IS NOT DISTINCT FROM NEW.payment_id
        GROUP BY invoice.id;
    IF NOT FOUND OR NEW.gross_minor > left_gross OR NEW.vat_minor > left_vat THEN
        RAISE EXCEPTION 'a credit note corrects an invoice of its payment, and no more than is left of it';
    END IF;
    RETURN NEW;
"""


class InvoiceQuerySet(BaseQuerySet):
    def of_payment(self, payment_id: Any) -> Self:
        """What was issued for a payment, credit notes too, in the order of issue."""
        return self.filter(payment_id=payment_id).order_by("issued_at", "pk")

    def of_business(self, business_id: Any) -> Self:
        """What the business sold, and what the platform sold to it."""
        return self.filter(Q(business_id=business_id) | Q(buyer_business_id=business_id))


class Invoice(BaseModel):
    """What a business has charged a customer in one payment, or the platform a business; or a credit note on it.

    As it was when it was issued. What a business pays out of what it can withdraw is a transfer, and no payment; so is
    what it has back of that.
    """

    kind = models.CharField(max_length=12, choices=K.choices)
    business = models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="The seller; empty where that is the platform.",
    )  # fmt: skip
    buyer_business = models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Whose plan it is, where the platform sold it.",
    )  # fmt: skip
    customer = user_foreign_key(db_index=False)
    payment = models.ForeignKey(
        "payments.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    transfer_id = models.UUIDField(
        null=True, blank=True, unique=True, help_text="Where it was paid out of what the business can withdraw."
    )
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes", db_index=False
    )
    refund = models.OneToOneField(
        "payments.Refund", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note"
    )
    series = models.ForeignKey("invoices.NumberSeries", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(default=0, help_text="The database's own count.")
    reference = models.CharField(max_length=32, blank=True, default="")
    currency = CurrencyField()
    gross_minor = MinorUnitsField(help_text="What was paid, tax included.")
    vat_minor = MinorUnitsField("VAT", default=0, help_text="The tax in it.")
    vat_rate_bp = models.PositiveSmallIntegerField("VAT rate", default=0, help_text="In basis points.")
    lines = models.JSONField(encoder=DjangoJSONEncoder, help_text="What for: description and gross_minor.")
    seller = models.JSONField(help_text="Name, address, TIN, telephone.")
    buyer = models.JSONField(help_text="Name and e-mail.")
    reason = models.CharField(max_length=300, blank=True, default="")
    issued_at = models.DateTimeField()

    objects: Any = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["series", "number"], name="invoice_number_once"),
            UniqueConstraint(fields=["reference"], name="invoice_reference_once"),
            UniqueConstraint(
                fields=["payment", "business", "buyer_business"], nulls_distinct=False,
                condition=Q(kind=K.INVOICE, payment__isnull=False), name="invoice_once_per_payment",
            ),
            CheckConstraint(
                condition=Q(business__isnull=False, buyer_business=None)
                | Q(business=None, buyer_business__isnull=False),
                name="invoice_of_a_business_or_the_platform",
            ),
            CheckConstraint(
                condition=Q(payment__isnull=False, transfer_id=None)
                | Q(payment=None, transfer_id__isnull=False, business=None),
                name="invoice_paid_in_one_way",
            ),
            CheckConstraint(condition=Q(gross_minor__gt=0), name="invoice_amount_positive"),
            CheckConstraint(
                condition=Q(vat_minor__gte=0, vat_minor__lt=F("gross_minor")), name="invoice_tax_is_part_of_it"
            ),
            CheckConstraint(
                condition=Q(kind=K.INVOICE, corrects__isnull=True, refund__isnull=True)
                | Q(kind=K.CREDIT_NOTE, corrects__isnull=False, refund__isnull=False, payment__isnull=False)
                | Q(kind=K.CREDIT_NOTE, corrects__isnull=False, refund=None, transfer_id__isnull=False),
                name="invoice_note_corrects_one",
            ),
        ]  # fmt: skip
        indexes = [
            Index(fields=["customer", "-issued_at", "-id"], name="invoice_of_customer"),
            Index(fields=["business", "-issued_at", "-id"], name="invoice_of_business"),
            Index(
                fields=["buyer_business", "-issued_at", "-id"], condition=Q(buyer_business__isnull=False),
                name="invoice_to_business",
            ),
            Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="invoice_corrected_by"),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="invoice_is_numbered", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NUMBERED
            ),
            pgtrigger.Trigger(
                name="invoice_note_is_within",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind=K.CREDIT_NOTE.value),
                declare=[("left_gross", "bigint"), ("left_vat", "bigint")],
                func=_WITHIN,
            ),
            pgtrigger.Protect(name="invoice_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def net_minor(self) -> int:
        """Without the tax."""
        return int(self.gross_minor - self.vat_minor)
