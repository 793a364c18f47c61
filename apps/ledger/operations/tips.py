from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions, rules
from apps.ledger.models import Account, Balance
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.receivables import pay_off
from apps.ledger.operations.types import Leg, Posted, TipAllocation
from apps.ledger.states import AccountState, OwnerType, TransferKind


@functions.in_transaction
def post_tip(
    *,
    tip_id: UUID,
    gateway: str,
    currency: str,
    amount_minor: int,
    performer_id: UUID,
    idempotency_key: str,
    at: datetime,
    has_left: bool = False,
    from_wallet_of: UUID | None = None,
) -> Posted:
    """The performer has the whole tip; one who left, or whose account is closed, has it kept in a payable account.

    It is paid through ``gateway``, or from a customer's wallet where ``from_wallet_of`` says whose.
    Raises: IdempotencyKeyReused, InsufficientFunds, Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("A tip is more than nothing.")
    source = (
        addresses.wallet(from_wallet_of, currency) if from_wallet_of else addresses.gateway_clearing(gateway, currency)
    )
    keep = has_left or is_closed(addresses.tips(performer_id, currency))
    tip = TipAllocation(performer_id=performer_id, amount_minor=amount_minor, has_left=keep)
    posted = post_transfer(
        kind=TransferKind.TIP,
        legs=[
            Leg(address=source, amount_minor=-amount_minor),
            Leg(address=rules.tip_address(tip, currency), amount_minor=amount_minor),
        ],
        idempotency_key=idempotency_key,
        business_key=f"tip:{tip_id}",
        cause_type="TIP",
        cause_id=tip_id,
        at=at,
    )
    pay_off(owner_type=OwnerType.STAFF, owner_id=performer_id, currency=currency, at=at)
    return posted


@functions.in_transaction
def claim_kept_tips(*, performer_id: UUID, currency: str, at: datetime) -> Posted | None:
    """Tips kept for the performer are theirs to withdraw; None where none were kept. Raises: AccountClosed."""
    kept = (
        Balance.objects.select_for_update(no_key=True, of=("self",))
        .filter(account__address=addresses.tips_payable(performer_id, currency), posted__gt=0)
        .first()
    )
    if kept is None:
        return None
    claims = kept.account.entries.filter(amount__lt=0).count()
    posted = post_transfer(
        kind=TransferKind.TIP_CLAIM,
        legs=[
            Leg(address=addresses.tips_payable(performer_id, currency), amount_minor=-kept.posted),
            Leg(address=addresses.tips(performer_id, currency), amount_minor=kept.posted),
        ],
        idempotency_key=f"claim-tips:{performer_id}:{currency}:{claims + 1}",
        at=at,
    )
    pay_off(owner_type=OwnerType.STAFF, owner_id=performer_id, currency=currency, at=at)
    return posted


def is_closed(address: str) -> bool:
    """Whether the account at the address takes no entries."""
    return Account.objects.filter(address=address, state=AccountState.CLOSED).exists()
