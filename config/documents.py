"""The papers that letters can carry, by name: on one page; connected when Django starts."""

from apps.invoices.papers.attach import attach_invoice, attach_receipt
from apps.invoices.states import INVOICE, RECEIPT
from apps.notifications import documents


def connect() -> None:
    """Letters can carry invoices and receipts."""
    documents.connect({INVOICE: attach_invoice, RECEIPT: attach_receipt})
