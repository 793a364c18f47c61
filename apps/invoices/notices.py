"""The words that papers travel with."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from apps.core.money import Money
from apps.invoices.models import Invoice
from apps.invoices.states import INVOICE, RECEIPT
from apps.notifications import kinds
from apps.notifications.operations import DocumentFile, Notice, notify_many
from apps.notifications.states import Channel
from apps.payments.models import Payment


def tell_paid(payment: Payment, invoices: Sequence[Invoice], *, at: datetime) -> None:
    """The payer has the receipt and the invoices, by e-mail: what the payment led to they hear from its trade."""
    descriptions = payment.allocations.order_by("pk").values_list("description", flat=True)
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
            "description": ", ".join(dict.fromkeys(filter(None, descriptions)))[:200] or "your order",
            "payment_reference": payment.reference,
            "paid_at": payment.paid_at,
            "manage_url": f"{settings.PUBLIC_BASE_URL}/payments/{payment.reference}",
            **({"method": payment.paid_with} if payment.paid_with else {}),
        },
        subject=payment,
        attachments=papers,
        channels=(Channel.EMAIL,),
    )
    notify_many([notice], at=at)
