import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, commission, functions, rules
from apps.ledger.operations.types import FundAllocation, FundedHold, Funding, SetAside, TipAllocation


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
    parts: SetAside | None = None,
    credits_minor: int = 0,
    platform_minor: int = 0,
    tips: Sequence[TipAllocation] = (),
    excess_to_wallet: bool = True,
) -> Funding:
    """The payment is in the books, with one hold for each unit that had none, whatever events told of it.

    ``amount_minor`` came through ``gateway``, ``wallet_minor`` from the payer's wallet, and ``parts`` are what was set
    aside of the payer's wallet and credits, with what the platform pays of it. ``credits_minor`` is what the payer buys of
    credits by it, ``platform_minor`` what they buy of the platform itself. What exceeds the allocations
    and tips, and the share of a unit that already has a hold, goes to the payer's wallet, or to suspense where
    ``excess_to_wallet`` is False or the wallet is closed; of credits, back to where it came from. Tips to a closed account are kept. Allocations of nothing make no hold; a payment of nothing makes no transfer.

    The payment is known by ``idempotency_key`` and by gateway and payment together: either brings the first answer back.
    Raises: IdempotencyKeyReused, AllocationsExceedPayment, InsufficientFunds (of the wallet), Invalid.
    """
    if amount_minor and not gateway:
        raise Invalid("Money that was paid came through a gateway.")
    aside = parts or SetAside()
    amounts = [
        amount_minor,
        wallet_minor,
        fee_minor,
        *vars(aside).values(),
        credits_minor,
        platform_minor,
        *(each.amount_minor for each in (*allocations, *tips)),
    ]
    if min(amounts) < 0:
        raise Invalid("Amounts of a payment are not negative.")
    if amount_minor + wallet_minor + aside.total_minor == 0:
        if any(amounts):
            raise Invalid("A payment of nothing pays for nothing.")
        return Funding(transfer_id=None, replayed=False, holds=(), excess_minor=0)
    payer_wallet = addresses.wallet(payer_id, currency)
    ((transfer_id, replayed, excess_minor, holds),) = functions.call(
        "ledger_fund_payment",
        functions.json_text(
            {
                "key": idempotency_key,
                "business_key": f"fund:{gateway}:{payment_id}",
                "at": at,
                **commission.commission_tiers(currency),
                "body": {
                    "payment": payment_id,
                    "gateway": gateway,
                    "currency": currency,
                    "amount": amount_minor,
                    "fee": fee_minor,
                    "wallet": payer_wallet,
                    "wallet_amount": wallet_minor,
                    **_parts(aside, payer_id, currency),
                    "excess": payer_wallet if excess_to_wallet else addresses.suspense(currency),
                    "allocations": [vars(each) for each in sorted(allocations, key=_unit)],
                    "tips": [
                        [
                            rules.tip_address(tip, currency),
                            addresses.tips_payable(tip.performer_id, currency),
                            tip.amount_minor,
                        ]
                        for tip in tips
                        if tip.amount_minor
                    ]
                    + _bought(credits_minor, payer_id, currency)
                    + _for_platform(platform_minor, currency),
                },
            }
        ),
    )
    return Funding(
        transfer_id=transfer_id, replayed=replayed, holds=_funded(allocations, holds), excess_minor=excess_minor
    )


def _parts(aside: SetAside, payer_id: UUID, currency: str) -> dict[str, Any]:
    if not aside.total_minor:
        return {}
    return {
        "parts": {
            "reserved": addresses.reserved(payer_id, currency),
            "wallet": aside.wallet_minor,
            "credits": aside.credits_minor,
            "credits_to": addresses.customer_credits(payer_id, currency),
            "promotions": aside.promotions_minor,
        }
    }


def _bought(credits_minor: int, payer_id: UUID, currency: str) -> list[list[Any]]:
    """Credits that are bought go whole to the payer's own account, as tips go to a performer's."""
    if not credits_minor:
        return []
    return [[addresses.customer_credits(payer_id, currency), addresses.wallet(payer_id, currency), credits_minor]]


def _for_platform(platform_minor: int, currency: str) -> list[list[Any]]:
    """What the platform itself sells is its revenue at once."""
    if not platform_minor:
        return []
    return [[addresses.platform_revenue(currency), addresses.suspense(currency), platform_minor]]


def _unit(allocation: FundAllocation) -> tuple[str, str]:
    return allocation.unit_type, str(allocation.unit_id)


def _funded(allocations: Sequence[FundAllocation], holds: str | None) -> tuple[FundedHold, ...]:
    made = {(unit_type, unit_id): rest for unit_type, unit_id, *rest in json.loads(holds or "[]")}
    return tuple(
        FundedHold(
            unit_type=each.unit_type,
            unit_id=each.unit_id,
            amount_minor=each.amount_minor,
            hold_id=UUID(hold_id) if hold_id else None,
            commission_rate_bp=rate_bp,
            commission_rule=rule,
        )
        for each in allocations
        for hold_id, rate_bp, rule in [made.get(_unit(each), (None, 0, ""))]
    )
