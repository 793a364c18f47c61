"""Numbered papers for what was paid and for what went back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from apps.catalog.models import Business
from apps.core.ids import new_reference
from apps.invoices import notices
from apps.invoices.models import Invoice, NumberSeries, TaxDetails
from apps.invoices.queries import vat_rate_of
from apps.invoices.rules import vat_of_part, vat_within
from apps.invoices.states import InvoiceKind
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.states import AllocationState, Destination, RefundStatus

_PREFIXES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CN"}
_PAID = (AllocationState.FUNDED, AllocationState.RETURNED)


@transaction.atomic
def issue_invoices(*, payment_id: UUID, at: datetime) -> list[Invoice]:
    """Each business that the payment pays has issued its invoice, and the payer has all of them with the receipt.

    Tips have none: they are a gift, and not the business's.
    """
    payment = Payment.objects.select_related("payer").locked().get(pk=payment_id)
    if not payment.is_paid:
        return []
    known = list(Invoice.objects.of_payment(payment_id).filter(kind=InvoiceKind.INVOICE))
    if known:
        return known
    shares: dict[UUID, list[PaymentAllocation]] = defaultdict(list)
    for share in payment.allocations.filter(destination=Destination.ESCROW, state__in=_PAID).order_by("pk"):
        if share.business_id is not None:
            shares[share.business_id].append(share)
    # One order for all, so that payments for the same businesses wait for each other's numbers and never in a circle.
    issued = [_invoice(payment, business_id, shares[business_id], at=at) for business_id in sorted(shares)]
    notices.tell_paid(payment, issued, at=at)
    return issued


def _invoice(payment: Payment, business_id: UUID, shares: Sequence[PaymentAllocation], *, at: datetime) -> Invoice:
    business = Business.all_objects.get(pk=business_id)
    details = TaxDetails.objects.filter(business=business).first()
    gross, rate_bp = sum(share.amount_minor for share in shares), vat_rate_of(business.country, details)
    return _issue(
        kind=InvoiceKind.INVOICE,
        business_id=business_id,
        customer=payment.payer,
        payment=payment,
        currency=payment.currency,
        gross_minor=gross,
        vat_minor=vat_within(gross, rate_bp),
        vat_rate_bp=rate_bp,
        lines=_lines(shares),
        seller=_seller(business, details),
        buyer={"name": payment.payer.name, "email": payment.payer.email or ""},
        issued_at=at,
    )


def _lines(shares: Sequence[PaymentAllocation]) -> list[dict[str, Any]]:
    """Each thing once, however many parts of it have a hold of their own."""
    sums: dict[tuple[str, UUID, str], int] = defaultdict(int)
    for share in shares:
        sums[share.kind, share.item_id, share.description or share.get_kind_display()] += share.amount_minor
    return [{"description": words, "gross_minor": amount} for (_kind, _item, words), amount in sums.items()]


def _seller(business: Business, details: TaxDetails | None) -> dict[str, str]:
    where = ", ".join(part for part in (business.address, business.city, business.state, business.country) if part)
    return {
        "name": (details.legal_name if details else "") or business.name,
        "address": (details.legal_address if details else "") or where,
        "tin": details.tin if details else "",
        "phone": business.contact_phone,
    }


@transaction.atomic
def issue_credit_note(*, refund_id: UUID, at: datetime) -> Invoice | None:
    """The business's invoice is corrected by what has gone back; None where the money was no part of an invoice."""
    refund = Refund.objects.select_related("allocation", "payment").get(pk=refund_id)
    if refund.status != RefundStatus.SUCCEEDED or refund.allocation.business_id is None:
        return None
    issue_invoices(payment_id=refund.payment_id, at=at)  # where the refund was faster
    invoice = (
        Invoice.objects.filter(
            payment_id=refund.payment_id, business_id=refund.allocation.business_id, kind=InvoiceKind.INVOICE
        )
        .locked()
        .first()
    )
    if invoice is None:
        return None
    notes = Invoice.objects.filter(corrects=invoice)
    known: Invoice | None = notes.filter(refund=refund).first()
    if known is not None:
        return known
    before = notes.aggregate(sum=Sum("gross_minor"))["sum"] or 0
    amount = refund.amount_minor
    return _issue(
        kind=InvoiceKind.CREDIT_NOTE,
        business_id=invoice.business_id,
        customer_id=invoice.customer_id,
        payment_id=invoice.payment_id,
        corrects=invoice,
        refund=refund,
        currency=invoice.currency,
        gross_minor=amount,
        vat_minor=vat_of_part(amount, corrected_minor=before, rate_bp=invoice.vat_rate_bp),
        vat_rate_bp=invoice.vat_rate_bp,
        lines=[{"description": refund.allocation.description, "gross_minor": amount}],
        seller=invoice.seller,
        buyer=invoice.buyer,
        reason=refund.reason,
        issued_at=at,
    )


def _issue(*, kind: InvoiceKind, business_id: UUID, **terms: Any) -> Invoice:
    """The paper with the next number of its series, which the database gives it."""
    series, _ = NumberSeries.objects.get_or_create(
        business_id=business_id, kind=kind, defaults={"code": f"{_PREFIXES[kind]}-{new_reference(6)}"}
    )
    made: Invoice = Invoice.objects.create(
        kind=kind, business_id=business_id, series=series, created_at=terms["issued_at"], **terms
    )
    made.refresh_from_db(fields=["number", "reference"])
    return made
