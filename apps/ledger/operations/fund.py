from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions, rules
from apps.ledger.operations.types import FundAllocation, FundedHold, Funding, TipAllocation


@functions.in_transaction
def fund_payment(
    *,
    payment_id: UUID,
    gateway: str,
    currency: str,
    amount_minor: int,
    payer_id: UUID,
    allocations: Sequence[FundAllocation],
    idempotency_key: str,
    at: datetime,
    fee_minor: int = 0,
    wallet_minor: int = 0,
    tips: Sequence[TipAllocation] = (),
    excess_to_wallet: bool = True,
) -> Funding:
    """The payment is in the books, with one hold for each unit that had none, whatever events told of it.

    ``amount_minor`` came through ``gateway``, ``wallet_minor`` from the payer's wallet. What exceeds the allocations
    and tips, and the share of a unit that already has a hold, goes to the payer's wallet, or to suspense where
    ``excess_to_wallet`` is False. Allocations of nothing make no hold; a payment of nothing makes no transfer.

    The payment is known by ``idempotency_key`` and by gateway and payment together: either brings the first answer back.
    Raises: IdempotencyKeyReused, AllocationsExceedPayment, InsufficientFunds (of the wallet), Invalid.
    """
    amounts = [amount_minor, wallet_minor, fee_minor, *(each.amount_minor for each in (*allocations, *tips))]
    if min(amounts) < 0:
        raise Invalid("Amounts of a payment are not negative.")
    if amount_minor + wallet_minor == 0:
        if any(amounts):
            raise Invalid("A payment of nothing pays for nothing.")
        return Funding(transfer_id=None, replayed=False, holds=(), excess_minor=0)
    given_tips = [tip for tip in tips if tip.amount_minor]
    ((transfer_id, replayed, excess, *held),) = functions.call(
        "ledger_fund_payment",
        payment_id,
        gateway,
        currency,
        amount_minor,
        fee_minor,
        addresses.wallet(payer_id, currency),
        wallet_minor,
        addresses.wallet(payer_id, currency) if excess_to_wallet else addresses.suspense(currency),
        idempotency_key,
        f"fund:{gateway}:{payment_id}",
        functions.body_hash(
            payment_id, gateway, currency, amount_minor, wallet_minor, payer_id, excess_to_wallet,
            [vars(allocation) for allocation in allocations], [vars(tip) for tip in tips],
        ),
        at,
        *functions.columns(
            allocations, "unit_type", "unit_id", "business_id", "customer_id", "amount_minor", "commission_rate_bp", "plan_rate_bp"
        ),
        [rules.tip_address(tip, currency) for tip in given_tips],
        [tip.amount_minor for tip in given_tips],
        *rules.commission_tiers(currency),
    )  # fmt: skip
    return Funding(
        transfer_id=transfer_id, replayed=replayed, holds=_funded(allocations, *held), excess_minor=excess
    )


def _funded(
    allocations: Sequence[FundAllocation],
    hold_ids: list[UUID] | None,
    unit_ids: list[UUID] | None,
    unit_types: list[str] | None,
    rates_bp: list[int] | None,
    commission_rules: list[str] | None,
) -> tuple[FundedHold, ...]:
    made = {
        (unit_type, unit_id): (hold_id, rate_bp, rule)
        for hold_id, unit_id, unit_type, rate_bp, rule in zip(
            hold_ids or (), unit_ids or (), unit_types or (), rates_bp or (), commission_rules or (), strict=True
        )
    }
    return tuple(
        FundedHold(
            unit_type=each.unit_type, unit_id=each.unit_id, amount_minor=each.amount_minor, hold_id=hold_id,
            commission_rate_bp=rate_bp, commission_rule=rule,
        )
        for each in allocations
        for hold_id, rate_bp, rule in [made.get((each.unit_type, each.unit_id), (None, 0, ""))]
    )  # fmt: skip
