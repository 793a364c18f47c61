"""Entries of the outbox: each calls one operation."""

from uuid import UUID

from apps.core import clock


def pay_upgrade(*, bill_id: str) -> None:
    """The saved method was charged for a larger plan."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.pay_upgrade(bill_id=UUID(bill_id), at=clock.now())


def start_at_gateway(*, subscription_id: str) -> None:
    """The gateway was asked to renew a subscription by itself."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.start_at_gateway(subscription_id=UUID(subscription_id))


def stop_at_gateway(*, gateway: str, gateway_id: str) -> None:
    """The gateway was told to renew it no more."""
    from apps.subscriptions import operations  # noqa: PLC0415  # a task imports its operation

    operations.stop_at_gateway(gateway=gateway, gateway_id=gateway_id)
