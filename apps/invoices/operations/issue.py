"""Numbered papers for what was paid and for what went back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.invoices import notices
from apps.invoices.models import Invoice
from apps.invoices.operations._numbering import issue, issue_note, known_business, lines_of
from apps.invoices.operations.platform import sold_by_platform
from apps.invoices.ports import buying_business
from apps.invoices.queries import party_of, tax_details_of, vat_rate_of
from apps.invoices.rules import vat_within
from apps.invoices.states import InvoiceKind
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.states import AllocationKind, AllocationState, Destination, RefundStatus

_PAID = (AllocationState.FUNDED, AllocationState.RETURNED)
_SOLD = (Destination.ESCROW, Destination.PLATFORM)
# Which business sold, and which one bought: one of the two is None.
Parties = tuple[UUID | None, UUID | None]


@transaction.atomic
def issue_invoices(*, payment_id: UUID, at: datetime) -> list[Invoice]:
    """Each business that the payment pays has issued its invoice, and the platform its own for what it sold to a business;
    the payer has all of them with the receipt.

    Tips have none: they are a gift, and not the business's.
    """
    payment = Payment.objects.select_related("payer").locked().get(pk=payment_id)
    if not payment.is_paid:
        return []
    known = list(Invoice.objects.of_payment(payment_id).filter(kind=InvoiceKind.INVOICE))
    if known:
        return known
    shares: dict[Parties, list[PaymentAllocation]] = defaultdict(list)
    for share in payment.allocations.filter(destination__in=_SOLD, state__in=_PAID).order_by("pk"):
        parties = _parties(share)
        if parties is not None:
            shares[parties].append(share)
    # One order for all, so that payments to the same sellers wait for each other's numbers and never in a circle.
    issued = [_invoice(payment, parties, shares[parties], at=at) for parties in sorted(shares, key=str)]
    notices.tell_paid(payment, issued, at=at)
    return issued


def _parties(share: PaymentAllocation) -> Parties | None:
    if share.destination == Destination.ESCROW:
        return None if share.business_id is None else (share.business_id, None)
    buyer_id = buying_business(share.item_type, share.item_id)
    return None if buyer_id is None else (None, buyer_id)


def _invoice(payment: Payment, parties: Parties, shares: Sequence[PaymentAllocation], *, at: datetime) -> Invoice:
    seller_id, buyer_id = parties
    gross = sum(share.amount_minor for share in shares)
    terms = (
        sold_by_platform(buyer_id, payment.payer, gross)
        if buyer_id
        else _sold_by_business(seller_id, payment.payer, gross)
    )
    return issue(
        kind=InvoiceKind.INVOICE,
        business_id=seller_id,
        customer=payment.payer,
        payment=payment,
        currency=payment.currency,
        gross_minor=gross,
        lines=lines_of(shares),
        issued_at=at,
        **terms,
    )


def _sold_by_business(business_id: Any, customer: Any, gross_minor: int) -> dict[str, Any]:
    business = known_business(business_id)
    rate_bp = vat_rate_of(business.country, tax_details_of(business))
    return {
        "vat_minor": vat_within(gross_minor, rate_bp),
        "vat_rate_bp": rate_bp,
        "seller": {**party_of(business), "phone": business.contact_phone},
        "buyer": {"name": customer.name, "email": customer.email or ""},
    }


@transaction.atomic
def issue_credit_note(*, refund_id: UUID, at: datetime) -> Invoice | None:
    """The seller's invoice is corrected by what has gone back; None where the money was no part of an invoice."""
    refund = Refund.objects.select_related("allocation", "payment").get(pk=refund_id)
    share = refund.allocation
    parties = _parties(share) if share.destination in _SOLD else None
    if refund.status != RefundStatus.SUCCEEDED or parties is None:
        return None
    issue_invoices(payment_id=refund.payment_id, at=at)  # where the refund was faster
    seller_id, buyer_id = parties
    invoice = (
        Invoice.objects.filter(
            payment_id=refund.payment_id, business_id=seller_id, buyer_business_id=buyer_id, kind=InvoiceKind.INVOICE
        )
        .locked()
        .first()
    )
    if invoice is None:
        return None
    known: Invoice | None = Invoice.objects.filter(corrects=invoice, refund=refund).first()
    if known is not None:
        return known
    made = issue_note(
        invoice, refund.amount_minor, description=share.description, payment_id=invoice.payment_id, refund=refund,
        reason=refund.reason, issued_at=at,
    )  # fmt: skip
    if share.kind == AllocationKind.SUBSCRIPTION:  # of other trades the customer has heard by their letters
        notices.tell_credited(made, at=at)
    return made
