"""The platform's own papers for what a business paid out of what it can withdraw: there is no payment of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.invoices import notices
from apps.invoices.models import Invoice
from apps.invoices.operations._numbering import issue, issue_note, known_business
from apps.invoices.queries import party_of, platform_seller, platform_vat_rate
from apps.invoices.rules import vat_within
from apps.invoices.states import InvoiceKind


@transaction.atomic
def issue_charge_invoice(
    *, transfer_id: UUID, business_id: UUID, customer_id: UUID, currency: str, amount_minor: int, description: str,
    at: datetime,
) -> Invoice:  # fmt: skip
    """The platform has invoiced what the transfer took from the business, and its owners have the paper by e-mail.

    ``customer_id`` is the person who bought it for the business.
    """
    known: Invoice | None = Invoice.objects.filter(transfer_id=transfer_id).first()
    if known is not None:
        return known
    customer = User.all_objects.get(pk=customer_id)
    made = issue(
        kind=InvoiceKind.INVOICE,
        business_id=None,
        customer=customer,
        transfer_id=transfer_id,
        currency=currency,
        gross_minor=amount_minor,
        lines=[{"description": description, "gross_minor": amount_minor}],
        issued_at=at,
        **sold_by_platform(business_id, customer, amount_minor),
    )
    notices.tell_charged(made, at=at)
    return made


@transaction.atomic
def issue_charge_note(
    *, charge_transfer_id: UUID, transfer_id: UUID, amount_minor: int, reason: str, at: datetime
) -> Invoice:
    """The invoice of the first transfer is corrected by what the second one gave back; its owners have the note by e-mail."""
    invoice: Invoice = Invoice.objects.locked().get(transfer_id=charge_transfer_id)
    known: Invoice | None = Invoice.objects.filter(transfer_id=transfer_id).first()
    if known is not None:
        return known
    (line,) = invoice.lines
    made = issue_note(
        invoice,
        amount_minor,
        description=line["description"],
        transfer_id=transfer_id,
        reason=reason[:300],
        issued_at=at,
    )
    notices.tell_credited(made, at=at)
    return made


def sold_by_platform(business_id: UUID, customer: Any, gross_minor: int) -> dict[str, Any]:
    """Who sold it, who bought it, and the tax in it, of an invoice of the platform to a business."""
    business = known_business(business_id)
    rate_bp = platform_vat_rate(business.country)
    return {
        "buyer_business": business,
        "vat_minor": vat_within(gross_minor, rate_bp),
        "vat_rate_bp": rate_bp,
        "seller": {**platform_seller(), "phone": ""},
        "buyer": {**party_of(business), "email": customer.email or ""},
    }
