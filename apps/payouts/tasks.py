"""Entries of the outbox: each calls one operation."""

from uuid import UUID

from apps.core import clock


def carry_out_payout(*, payout_id: str) -> None:
    """The payout is one step further."""
    from apps.payouts import operations  # noqa: PLC0415  # a task imports its operation

    operations.carry_out_payout(payout_id=UUID(payout_id), at=clock.now())


def refresh_account(*, account_id: str) -> None:
    """The account is as its gateway has it now."""
    from apps.payouts.operations.onboard import refresh_by_gateway  # noqa: PLC0415  # a task imports its operation

    refresh_by_gateway(account_id=UUID(account_id), at=clock.now())
