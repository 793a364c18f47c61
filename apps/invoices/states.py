"""The words of invoices. An invoice has no life: it is issued once and never changes; a credit note corrects it."""

from django.db import models


class InvoiceKind(models.TextChoices):
    """What a numbered paper is."""

    INVOICE = "INVOICE", "Invoice"
    CREDIT_NOTE = "CREDIT_NOTE", "Credit note"


# The names under which letters and addresses speak of papers.
INVOICE, RECEIPT = "invoice", "receipt"
