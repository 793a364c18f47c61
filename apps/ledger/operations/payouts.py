"""Money that leaves for a bank: out of reach at once, against the gateway once it is paid, back where it bounces."""

from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.models import Account, Balance
from apps.ledger.operations.post import post_transfer, reverse_transfer
from apps.ledger.operations.receivables import pay_off
from apps.ledger.operations.suspense import park_in_suspense
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import AccountState, OwnerType, TransferKind

_CAUSE = "PAYOUT"


@functions.in_transaction
def lock_withdrawable(*, address: str) -> int:
    """What may leave the account; nobody else moves it before this transaction has ended."""
    row = Balance.objects.select_for_update(no_key=True, of=("self",)).filter(account__address=address).first()
    return row.posted - row.held if row else 0


@functions.in_transaction
def lock_balances(*, owner_id: UUID) -> None:
    """Nobody else moves anything of the owner's before this transaction has ended; locked in the posting's own order."""
    rows = Balance.objects.select_for_update(no_key=True, of=("self",)).filter(account__owner_id=owner_id)
    list(rows.order_by("may_be_negative", "account_id").values_list("account_id", flat=True))


@functions.in_transaction
def take_for_payout(*, payout_id: UUID, source: str, currency: str, amount_minor: int, at: datetime) -> Posted:
    """The amount has left the account at the address ``source`` and is in transit. Raises: InsufficientFunds."""
    if amount_minor <= 0:
        raise Invalid("A payout is more than nothing.")
    return post_transfer(
        kind=TransferKind.PAYOUT,
        legs=[
            Leg(address=source, amount_minor=-amount_minor),
            Leg(address=addresses.payouts_in_transit(currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"payout:{payout_id}",
        cause_type=_CAUSE,
        cause_id=payout_id,
        at=at,
    )


@functions.in_transaction
def book_payout(
    *, payout_id: UUID, gateway: str, currency: str, amount_minor: int, fee_minor: int, at: datetime
) -> Posted:
    """What was in transit has left the gateway; its fee is the platform's, in a transfer of its own."""
    clearing = addresses.gateway_clearing(gateway, currency)
    if fee_minor:
        post_transfer(
            kind=TransferKind.GATEWAY_FEE,
            legs=[
                Leg(address=addresses.gateway_fees(currency), amount_minor=-fee_minor),
                Leg(address=clearing, amount_minor=fee_minor),
            ],
            idempotency_key=f"payout-fee:{payout_id}",
            cause_type=_CAUSE,
            cause_id=payout_id,
            at=at,
        )
    return post_transfer(
        kind=TransferKind.PAYOUT,
        legs=[
            Leg(address=addresses.payouts_in_transit(currency), amount_minor=-amount_minor),
            Leg(address=clearing, amount_minor=amount_minor),
        ],
        idempotency_key=f"payout-paid:{payout_id}",
        cause_type=_CAUSE,
        cause_id=payout_id,
        at=at,
    )


@functions.in_transaction
def return_payout(*, request_transfer_id: UUID, paid_transfer_id: UUID | None, reason: str, at: datetime) -> bool:
    """The money is where it came from, each transfer of the payout undone by one of its own, once.

    Answers whether its owner has it: what came out of an account that was closed since is in suspense. What its owner
    has come to owe meanwhile is paid off from it.
    """
    if paid_transfer_id is not None:
        reverse_transfer(transfer_id=paid_transfer_id, reason=reason, by=None, at=at)
    source = Account.objects.exclude(owner_type="SYSTEM").get(entries__transfer_id=request_transfer_id)
    lock_withdrawable(address=source.address)
    if Account.objects.filter(pk=source.pk, state=AccountState.CLOSED).exists():
        _park(request_transfer_id, source, reason=reason, at=at)
        return False
    reverse_transfer(transfer_id=request_transfer_id, reason=reason, by=None, at=at)
    if source.owner_id is not None and source.owner_type != OwnerType.CUSTOMER:
        pay_off(owner_type=OwnerType(source.owner_type), owner_id=source.owner_id, currency=source.currency, at=at)
    return True


def _park(request_transfer_id: UUID, source: Account, *, reason: str, at: datetime) -> None:
    entry = source.entries.select_related("transfer").get(transfer_id=request_transfer_id)
    park_in_suspense(
        source=addresses.payouts_in_transit(source.currency),
        currency=source.currency,
        amount_minor=-entry.amount,
        reason=reason,
        idempotency_key=f"payout-stray:{request_transfer_id}",
        cause_type=_CAUSE,
        cause_id=entry.transfer.cause_id,
        at=at,
    )
