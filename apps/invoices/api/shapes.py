"""Invoices in requests and answers."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.core import clock
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.invoices.models import Invoice, TaxDetails
from apps.invoices.states import InvoiceKind


class InvoicesQuery(InputSerializer):
    business = serializers.UUIDField(required=False, help_text="That sold, or bought from the platform.")
    payment = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=InvoiceKind.choices, required=False)
    issued_from = serializers.DateTimeField(required=False)
    issued_before = serializers.DateTimeField(required=False)


class InvoiceLineOut(OutputSerializer):
    description: Any = serializers.CharField()
    gross: Any = MoneyField()


class SellerOut(OutputSerializer):
    name: Any = serializers.CharField()
    address: Any = serializers.CharField(allow_blank=True)
    tin: Any = serializers.CharField(allow_blank=True)
    phone: Any = serializers.CharField(allow_blank=True)


class BuyerOut(OutputSerializer):
    name: Any = serializers.CharField(allow_blank=True)
    email: Any = serializers.CharField(allow_blank=True)
    address: Any = serializers.CharField(required=False, allow_blank=True, help_text="Of a business that bought.")
    tin: Any = serializers.CharField(required=False, allow_blank=True, help_text="Of a business that bought.")


class InvoiceOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=InvoiceKind.choices)
    reference: Any = serializers.CharField(help_text="A series, and a number that has no gap in it.")
    business: Any = serializers.UUIDField(allow_null=True, help_text="The seller; null where the platform sold.")
    buyer_business: Any = serializers.UUIDField(allow_null=True, help_text="The business to which the platform sold.")
    payment: Any = serializers.UUIDField(allow_null=True)
    transfer: Any = serializers.UUIDField(
        allow_null=True, help_text="Where it was paid out of what the business can withdraw, or went back there."
    )
    corrects: Any = serializers.UUIDField(allow_null=True, help_text="The invoice that a credit note corrects.")
    gross: Any = MoneyField(help_text="Tax included.")
    net: Any = MoneyField()
    vat: Any = MoneyField()
    vat_rate_bp: Any = serializers.IntegerField(help_text="In basis points; 0 where the seller is not registered.")
    lines: Any = InvoiceLineOut(many=True)
    seller: Any = SellerOut()
    buyer: Any = BuyerOut()
    reason: Any = serializers.CharField(allow_blank=True)
    issued_at: Any = serializers.DateTimeField()
    pdf: Any = serializers.CharField(help_text="Where the PDF is.")


class TaxDetailsIn(StrictInputSerializer):
    legal_name = serializers.CharField(required=False, allow_blank=True, max_length=160)
    legal_address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    tin = serializers.CharField(required=False, allow_blank=True, max_length=40)
    is_registered = serializers.BooleanField(required=False, help_text="For value added tax.")
    vat_rate_bp = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=5_000, help_text="Its country's where left out."
    )


class TaxDetailsOut(OutputSerializer):
    legal_name: Any = serializers.CharField(allow_blank=True)
    legal_address: Any = serializers.CharField(allow_blank=True)
    tin: Any = serializers.CharField(allow_blank=True)
    is_registered: Any = serializers.BooleanField()
    vat_rate_bp: Any = serializers.IntegerField(allow_null=True)
    applied_rate_bp: Any = serializers.IntegerField(help_text="What the next invoice carries.")


def shown(invoice: Invoice) -> dict[str, Any]:
    """One invoice, whole."""
    currency = invoice.currency
    return {
        "id": str(invoice.pk),
        "kind": invoice.kind,
        "reference": invoice.reference,
        "business": _named(invoice.business_id),
        "buyer_business": _named(invoice.buyer_business_id),
        "payment": _named(invoice.payment_id),
        "transfer": _named(invoice.transfer_id),
        "corrects": _named(invoice.corrects_id),
        "gross": money_out(invoice.gross_minor, currency),
        "net": money_out(invoice.net_minor, currency),
        "vat": money_out(invoice.vat_minor, currency),
        "vat_rate_bp": invoice.vat_rate_bp,
        "lines": [
            {"description": line["description"], "gross": money_out(line["gross_minor"], currency)}
            for line in invoice.lines
        ],
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "reason": invoice.reason,
        "issued_at": clock.iso(invoice.issued_at),
        "pdf": f"/api/v1/invoices/{invoice.pk}/pdf/",
    }


def _named(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def tax_shown(details: TaxDetails | None, *, applied_rate_bp: int) -> dict[str, Any]:
    """The details of a business, empty where it has said nothing."""
    known = details or TaxDetails()
    return {
        "legal_name": known.legal_name,
        "legal_address": known.legal_address,
        "tin": known.tin,
        "is_registered": known.is_registered,
        "vat_rate_bp": known.vat_rate_bp,
        "applied_rate_bp": applied_rate_bp,
    }
