from datetime import datetime
from typing import Any

from apps.core import audit
from apps.core.errors import Conflict, NotFound
from apps.ledger import addresses, functions
from apps.ledger.models import Account, Balance
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import AccountState, OwnerType, TransferKind


@functions.in_transaction
def close_account(*, address: str, by: Any, reason: str, at: datetime) -> Account:
    """The account takes no more entries; what is in it stays until it is swept. Closing it again changes nothing.

    Raises: NotFound; Conflict for the platform's own accounts.
    """
    account = _locked(address)
    if account.owner_type == OwnerType.SYSTEM:
        raise Conflict("The platform's own accounts stay open.")
    if account.state == AccountState.ACTIVE:
        account.state, account.closed_at = AccountState.CLOSED, at
        account.save(update_fields=["state", "closed_at"])
        audit.record("ledger.account_closed", target=account, by=by, at=at, reason=reason)
    return account


@functions.in_transaction
def sweep_closed_account(*, address: str, by: Any, reason: str, at: datetime) -> Posted | None:
    """What was left in a closed account is in suspense, where somebody decides; None where nothing was left.

    Raises: NotFound; Conflict while the account is open.
    """
    account = _locked(address)
    if account.state != AccountState.CLOSED:
        raise Conflict("The account is still open.")
    left = Balance.objects.get(account=account).posted
    if left == 0:
        return None
    posted = post_transfer(
        kind=TransferKind.CLOSED_SWEEP,
        legs=[
            Leg(address=address, amount_minor=-left),
            Leg(address=addresses.suspense(account.currency), amount_minor=left),
        ],
        idempotency_key=f"closed-sweep:{account.pk}:{account.entries.count()}",
        metadata={"reason": reason},
        at=at,
    )
    audit.record("ledger.account_swept", target=account, by=by, at=at, reason=reason)
    return posted


def _locked(address: str) -> Account:
    # The balance is locked first: whoever posts waits there, and then reads the account as it is after this commit.
    Balance.objects.select_for_update(no_key=True, of=("self",)).filter(account__address=address).first()
    account = Account.objects.locked().filter(address=address).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account
