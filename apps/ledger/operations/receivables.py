"""What somebody owes: paid off from what they can withdraw, or written off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit
from apps.core.errors import NotFound
from apps.core.money import Money
from apps.ledger import addresses, functions, notices
from apps.ledger.errors import NothingOwed
from apps.ledger.models import Account, Balance
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import AccountKind, OwnerType, TransferKind


@functions.in_transaction
def pay_off(*, owner_type: OwnerType, owner_id: UUID, currency: str, at: datetime) -> None:
    """What the owner can withdraw has paid off what they owe, as far as it goes; nothing happens where nothing is owed.

    Releases and tips do this by themselves; money that comes to the owner another way is to call it.
    """
    functions.call("ledger_pay_off", [addresses.receivable(owner_type, owner_id, currency)], at)


@functions.in_transaction
def write_off_receivable(
    *, account_id: UUID, amount: Money | None = None, reason: str, by: Any, at: datetime
) -> Posted:
    """So much, or all, of a debt is owed no more and is the platform's loss; its owner is told.

    Raises: NotFound; NothingOwed where that much is not owed, or in another currency.
    """
    balance = Balance.objects.select_for_update(no_key=True, of=("self",)).filter(account_id=account_id).first()
    account = Account.objects.filter(pk=account_id, kind=AccountKind.RECEIVABLE).first()
    if balance is None or account is None:
        raise NotFound("There is no such debt.")
    owed_minor = -balance.posted
    amount_minor = owed_minor if amount is None else amount.amount_minor
    if not 0 < amount_minor <= owed_minor or (amount is not None and amount.currency != account.currency):
        raise NothingOwed
    key = f"write-off:{account.pk}:{account.entries.count()}"
    posted = post_transfer(
        kind=TransferKind.WRITE_OFF,
        legs=[
            Leg(address=account.address, amount_minor=amount_minor),
            Leg(address=addresses.losses(account.currency), amount_minor=-amount_minor),
        ],
        idempotency_key=key,
        cause_type=account.owner_type,
        cause_id=account.owner_id,
        metadata={"reason": reason},
        at=at,
    )
    audit.record(
        "ledger.written_off", target=account, by=by, at=at, reason=reason,
        after={"amount_minor": amount_minor, "currency": account.currency},
    )  # fmt: skip
    notices.tell_written_off(
        OwnerType(account.owner_type), account.owner_id, account.currency, amount_minor,
        transfer_id=posted.transfer_id, at=at,
    )  # fmt: skip
    return posted
