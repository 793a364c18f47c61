"""The words that papers travel with."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from apps.accounts.models import User
from apps.catalog.queries import owner_user_ids
from apps.core.money import Money
from apps.invoices.models import Invoice
from apps.invoices.states import INVOICE, RECEIPT
from apps.notifications import kinds
from apps.notifications.operations import DocumentFile, Notice, notify_many
from apps.notifications.states import Channel
from apps.payments.models import Payment
from apps.payments.states import Destination


def tell_paid(payment: Payment, invoices: Sequence[Invoice], *, at: datetime) -> None:
    """The payer has the receipt and the invoices, by e-mail: what the payment led to they hear from its trade."""
    shares = list(payment.allocations.order_by("pk"))
    papers = [
        DocumentFile(document=RECEIPT, key=str(payment.pk), file_name=f"receipt-{payment.reference}.pdf"),
        *(
            DocumentFile(document=INVOICE, key=str(each.pk), file_name=f"invoice-{each.reference}.pdf")
            for each in invoices
        ),
    ]
    notice = Notice(
        kind=kinds.PAYMENT_RECEIVED,
        user=payment.payer,
        context={
            "amount": Money(payment.amount_minor, payment.currency),
            "description": ", ".join(dict.fromkeys(share.description for share in shares if share.description))[:200]
            or "your order",
            "payment_reference": payment.reference,
            "paid_at": payment.paid_at,
            "manage_url": f"{settings.PUBLIC_BASE_URL}/payments/{payment.reference}",
            **({"method": payment.paid_with} if payment.paid_with else {}),
            **({"held": "yes"} if any(share.destination == Destination.ESCROW for share in shares) else {}),
        },
        subject=payment,
        attachments=papers,
        channels=(Channel.EMAIL,),
    )
    notify_many([notice], at=at)


def tell_charged(invoice: Invoice, *, at: datetime) -> None:
    """The owners have the invoice of what their business paid out of what it can withdraw, by e-mail."""
    _tell(invoice, kinds.CHARGE_INVOICE, at=at)


def tell_credited(note: Invoice, *, at: datetime) -> None:
    """Whoever was charged has the credit note by e-mail."""
    _tell(note, kinds.CREDIT_NOTE, at=at)


def _tell(paper: Invoice, kind: kinds.Kind, *, at: datetime) -> None:
    buyer_id = paper.buyer_business_id
    people = owner_user_ids(buyer_id) if buyer_id else [paper.customer_id]
    told = {
        "seller_name": paper.seller["name"],
        "buyer_name": paper.buyer["name"],
        "amount": Money(paper.gross_minor, paper.currency),
        "description": ", ".join(line["description"] for line in paper.lines)[:200],
        "paper_reference": paper.reference,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/invoices/{paper.pk}",
        **({"reason": paper.reason} if paper.reason else {}),
    }
    file = DocumentFile(document=INVOICE, key=str(paper.pk), file_name=f"{paper.reference}.pdf")
    notices = [
        Notice(
            kind=kind, user=person, context=told, subject=paper, business_id=buyer_id, attachments=[file],
            channels=(Channel.EMAIL,), dedupe_key=f"{kind}:{paper.pk}",
        )
        for person in User.objects.filter(pk__in=people).order_by("pk")
    ]  # fmt: skip
    notify_many(notices, at=at)
