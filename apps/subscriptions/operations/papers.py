"""The platform's papers for what a business paid out of what it can withdraw, and for what went back there.

They are issued after the commit, so that nobody who pays waits for a number; those of payments come with their receipts.
"""

from datetime import datetime
from uuid import UUID

from apps.invoices import operations as invoices
from apps.subscriptions.models import Bill, BillRefund
from apps.subscriptions.operations.money import quote_of


def issue_bill_invoice(*, bill_id: UUID, at: datetime) -> None:
    """The owners have the platform's invoice. Harmless to repeat; nothing where a payment paid the bill."""
    bill = Bill.objects.select_related("plan", "subscription__business", "subscription__practitioner").get(pk=bill_id)
    subscription = bill.subscription
    if bill.transfer_id is None or subscription.business_id is None:
        return
    invoices.issue_charge_invoice(
        transfer_id=bill.transfer_id, business_id=subscription.business_id, customer_id=subscription.payer_id,
        currency=bill.currency, amount_minor=bill.amount_minor, description=quote_of(subscription, bill).description,
        at=at,
    )  # fmt: skip


def issue_refund_note(*, refund_id: UUID, at: datetime) -> None:
    """The owners have the credit note. Harmless to repeat; nothing before the money has gone back."""
    refund = BillRefund.objects.select_related("bill").get(pk=refund_id)
    bill = refund.bill
    if refund.transfer_id is None or bill.transfer_id is None:
        return
    issue_bill_invoice(bill_id=bill.pk, at=at)  # where the refund was faster
    invoices.issue_charge_note(
        charge_transfer_id=bill.transfer_id, transfer_id=refund.transfer_id, amount_minor=refund.amount_minor,
        reason=refund.reason, at=at,
    )  # fmt: skip
