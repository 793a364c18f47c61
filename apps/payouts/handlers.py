"""What payouts do when an app below them states a fact."""

from apps.accounts.events import UserErased
from apps.payments.events import GatewayAccountReported, GatewayTransferReported
from apps.payouts import operations


def note_transfer(event: GatewayTransferReported) -> None:
    """A payout of ours is asked about."""
    operations.note_transfer_reported(
        gateway=event.gateway,
        reference=event.transfer.reference,
        gateway_id=event.transfer.gateway_id,
        at=event.reported_at,
    )


def note_account(event: GatewayAccountReported) -> None:
    """An account of one of our owners is asked about."""
    operations.note_account_reported(
        gateway=event.gateway, account_id=event.account_id, problem=event.problem, at=event.reported_at
    )


def forget_payee(event: UserErased) -> None:
    """Nothing personal is left in the payout accounts of somebody who is gone."""
    operations.forget_payee(user_id=event.user_id, at=event.erased_at)
