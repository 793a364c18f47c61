"""What invoices do when money comes or goes back: they are issued after the commit, so that no payment waits for a number."""

from apps.core.outbox import after_commit
from apps.payments.events import PaymentCaptured, RefundCompleted

ISSUE_INVOICES = "apps.invoices.tasks.issue_invoices"
ISSUE_CREDIT_NOTE = "apps.invoices.tasks.issue_credit_note"


def invoice_payment(event: PaymentCaptured) -> None:
    """The payer gets a receipt, and an invoice from each business that was paid."""
    after_commit(ISSUE_INVOICES, payment_id=str(event.payment_id))


def credit_refund(event: RefundCompleted) -> None:
    """The invoice is corrected by what went back."""
    after_commit(ISSUE_CREDIT_NOTE, refund_id=str(event.refund_id))
