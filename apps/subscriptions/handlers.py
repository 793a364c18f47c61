"""What subscriptions do when an app below states a fact."""

from apps.accounts.events import UserErased
from apps.catalog.events import BusinessCreated
from apps.payments.events import (
    GatewayRenewalReported,
    PaymentAbandoned,
    PaymentCaptured,
    PaymentFailed,
    RefundCompleted,
)
from apps.subscriptions import operations
from apps.subscriptions.states import ITEM_TYPE


def receive_months_money(event: PaymentCaptured) -> None:
    """What this payment is for of months and larger plans is paid."""
    for item in event.allocations:
        if item.item_type == ITEM_TYPE:
            operations.receive_money(bill_id=item.item_id, payment_id=event.payment_id, at=event.captured_at)


def note_failed_payment(event: PaymentFailed) -> None:
    """A month that a payment was to renew is not paid."""
    for item in event.allocations:
        if item.item_type == ITEM_TYPE:
            operations.note_failed(bill_id=item.item_id, problem=event.message, at=event.failed_at)


def note_abandoned_payment(event: PaymentAbandoned) -> None:
    """The same where nothing came of it."""
    for item in event.allocations:
        if item.item_type == ITEM_TYPE:
            operations.note_failed(bill_id=item.item_id, problem="", at=event.abandoned_at)


def note_refund(event: RefundCompleted) -> None:
    """What a payment has given back of a month or a larger plan is known, and ends what was given back whole."""
    if event.item_type == ITEM_TYPE:
        operations.note_refund(
            refund_id=event.refund_id, bill_id=event.item_id, payment_id=event.payment_id,
            amount_minor=event.amount_minor, reason=event.reason, at=event.completed_at,
        )  # fmt: skip


def note_renewal(event: GatewayRenewalReported) -> None:
    """A gateway has renewed a subscription by itself, or could not, or does so no more."""
    operations.note_renewal(
        gateway=event.gateway, kind=event.kind, renewal=event.renewal, charge=event.charge, at=event.reported_at
    )


def put_on_free_plan(event: BusinessCreated) -> None:
    """A new business has what the free plan gives."""
    operations.put_on_free_plan(business_id=event.business_id, at=event.created_at)


def end_erased(event: UserErased) -> None:
    """Who is erased follows nobody any more."""
    operations.end_for(user_id=event.user_id, at=event.erased_at)
