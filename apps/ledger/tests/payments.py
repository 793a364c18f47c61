"""Payments that several modules of tests make."""

from apps.core.ids import new_id
from apps.ledger import operations
from apps.ledger.models import Account
from apps.ledger.operations import FundAllocation


def escrow_and_clearing():
    account = {a.kind: a.pk for a in Account.objects.filter(owner_type="SYSTEM", currency="NGN")}
    return account["SYSTEM_ESCROW"], account["GATEWAY_CLEARING"]


def payment(amount_minor, at, key="key-1", payment_id=None, unit_id=None):
    payment_id = payment_id or new_id()
    return operations.fund_payment(
        payment_id=payment_id,
        gateway="paystack",
        currency="NGN",
        amount_minor=amount_minor,
        payer_id=payment_id,
        allocations=[
            FundAllocation(
                unit_type="BOOKING",
                unit_id=unit_id or payment_id,
                business_id=payment_id,
                customer_id=payment_id,
                amount_minor=amount_minor,
            )
        ],
        idempotency_key=key,
        at=at,
    )
