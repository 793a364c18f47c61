"""Entries of the queue."""

from uuid import UUID

from apps.core import clock
from apps.invoices import operations


def issue_invoices(payment_id: str) -> None:
    """Every business that the payment pays has issued its invoice."""
    operations.issue_invoices(payment_id=UUID(payment_id), at=clock.now())


def issue_credit_note(refund_id: str) -> None:
    """The invoice is corrected by the refund."""
    operations.issue_credit_note(refund_id=UUID(refund_id), at=clock.now())
