"""The papers that letters can carry, by name: on one page; connected when Django starts."""

from apps.invoices.papers.attach import attach_invoice, attach_receipt
from apps.invoices.states import INVOICE, RECEIPT
from apps.notifications import documents
from apps.statements.papers.attach import attach_commission, attach_statement
from apps.statements.states import COMMISSION, STATEMENT


def connect() -> None:
    """Letters can carry invoices, receipts and statements."""
    documents.connect(
        {INVOICE: attach_invoice, RECEIPT: attach_receipt, STATEMENT: attach_statement, COMMISSION: attach_commission}
    )
