"""Papers as letters carry them: described in the letter's row, made when it is sent."""

from apps.invoices.models import Invoice
from apps.invoices.papers.invoice import invoice_pdf
from apps.invoices.papers.receipt import receipt_pdf
from apps.invoices.queries import PRINTED
from apps.payments.models import Payment


def attach_invoice(key: str) -> bytes:
    """The PDF of the invoice or credit note."""
    return invoice_pdf(Invoice.objects.select_related(*PRINTED).get(pk=key))


def attach_receipt(key: str) -> bytes:
    """The PDF of the payment's receipt."""
    return receipt_pdf(Payment.objects.select_related("payer").get(pk=key))
