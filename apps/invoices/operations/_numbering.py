"""The paper with the next number of its series, and what stands on it of seller, buyer and lines."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Sum

from apps.catalog.models import Business
from apps.core.ids import new_reference
from apps.invoices.models import Invoice, NumberSeries
from apps.invoices.rules import vat_of_part
from apps.invoices.states import InvoiceKind
from apps.payments.models import PaymentAllocation

_PREFIXES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CN"}
# The platform's own, beside those of its commission.
_PLATFORM_CODES = {InvoiceKind.INVOICE: "PLAN", InvoiceKind.CREDIT_NOTE: "PLANCN"}


def issue(*, kind: InvoiceKind, business_id: UUID | None, **terms: Any) -> Invoice:
    """The paper of that seller, None for the platform; the database gives it its number."""
    code = f"{_PREFIXES[kind]}-{new_reference(6)}" if business_id else _PLATFORM_CODES[kind]
    series, _ = NumberSeries.objects.get_or_create(business_id=business_id, kind=kind, defaults={"code": code})
    made: Invoice = Invoice.objects.create(
        kind=kind, business_id=business_id, series=series, created_at=terms["issued_at"], **terms
    )
    made.refresh_from_db(fields=["number", "reference"])
    return made


def issue_note(invoice: Invoice, amount_minor: int, *, description: str, **terms: Any) -> Invoice:
    """A credit note on the invoice, whose row the caller has locked: so much of it has gone back, with its share of the tax."""
    before = Invoice.objects.filter(corrects=invoice).aggregate(sum=Sum("gross_minor"))["sum"] or 0
    return issue(
        kind=InvoiceKind.CREDIT_NOTE,
        business_id=invoice.business_id,
        buyer_business_id=invoice.buyer_business_id,
        customer_id=invoice.customer_id,
        corrects=invoice,
        currency=invoice.currency,
        gross_minor=amount_minor,
        vat_minor=vat_of_part(amount_minor, corrected_minor=before, rate_bp=invoice.vat_rate_bp),
        vat_rate_bp=invoice.vat_rate_bp,
        lines=[{"description": description, "gross_minor": amount_minor}],
        seller=invoice.seller,
        buyer=invoice.buyer,
        **terms,
    )


def lines_of(shares: Sequence[PaymentAllocation]) -> list[dict[str, Any]]:
    """Each thing once, however many parts of it have a hold of their own."""
    sums: dict[tuple[str, UUID, str], int] = defaultdict(int)
    for share in shares:
        sums[share.kind, share.item_id, share.description or share.get_kind_display()] += share.amount_minor
    return [{"description": words, "gross_minor": amount} for (_kind, _item, words), amount in sums.items()]


def known_business(business_id: UUID) -> Business:
    """The business, one that has left too."""
    found: Business = Business.all_objects.get(pk=business_id)
    return found
