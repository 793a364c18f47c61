"""Entries of the outbox: each calls one operation."""

from uuid import UUID

from apps.core import clock


def pay_upgrade(*, bill_id: str) -> None:
    """The saved method was charged for a larger plan."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.pay_upgrade(bill_id=UUID(bill_id), at=clock.now())


def issue_invoice(*, bill_id: str) -> None:
    """The platform's invoice was issued for what was paid out of what a business can withdraw."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.issue_bill_invoice(bill_id=UUID(bill_id), at=clock.now())


def issue_note(*, refund_id: str) -> None:
    """That invoice was corrected by what went back."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.issue_refund_note(refund_id=UUID(refund_id), at=clock.now())


def start_at_gateway(*, subscription_id: str) -> None:
    """The gateway was asked to renew a subscription by itself."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.start_at_gateway(subscription_id=UUID(subscription_id))


def stop_at_gateway(*, gateway: str, gateway_id: str) -> None:
    """The gateway was told to renew it no more."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.stop_at_gateway(gateway=gateway, gateway_id=gateway_id)
