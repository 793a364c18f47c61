"""What the ledger can do. All are keyword-only, run in the caller's transaction (or open one) and may be repeated.

fund_payment(payment_id, gateway, currency, amount_minor, payer_id, allocations, idempotency_key, at,
fee_minor=0, wallet_minor=0, parts=None, tips=(), excess_to_wallet=True) -> Funding
post_tip(tip_id, gateway, currency, amount_minor, performer_id, idempotency_key, at,
has_left=False, from_wallet_of=None) -> Posted
claim_kept_tips(performer_id, currency, at) -> Posted | None
record_gateway_fee(payment_id, gateway, currency, fee_minor, at) -> Posted | None
credit_wallet(customer_id, currency, amount_minor, source, idempotency_key, at, cause_type, cause_id) -> Posted
park_in_suspense(source, currency, amount_minor, reason, idempotency_key, cause_type, cause_id, at) -> Posted
bear_in_suspense(target, …the same) -> Posted
start_clearance(unit_type, unit_id, at) -> EscrowHold | None          (again: restarts the timer)
stop_clearance(unit_type, unit_id, at) -> EscrowHold | None           (work was re-opened)
release_hold(unit | hold_id, reason, by, at) -> Release
release_due_holds(at, limit) -> int
refund_hold(unit | hold_id, amount_minor | None, destination, reason, by, at, idempotency_key, elsewhere=()) -> Refunding
freeze_hold(unit | hold_id, reason, by, at) -> EscrowHold
unfreeze_hold(unit | hold_id, reason, by, at, due_at=None) -> EscrowHold
claim_hold(hold_id, amount_minor, reason, by, at) -> EscrowHold       (a customer's bank does)
drop_claim(hold_id, amount_minor, reason, by, at) -> EscrowHold
recover_hold(hold_id, amount_minor, destination, reason, by, at, idempotency_key) -> Recovery     (after its release)
recover_tip(performer_id, customer_id, payment_id, gateway, currency, amount_minor, destination, reason, at,
idempotency_key) -> Recovery
recover_credits(…the same but the performer) -> Posted                (what a payment brought in credits)
pay_off(owner_type, owner_id, currency, at)                           (what they owe, from what they can withdraw)
write_off_receivable(account_id, amount=None, reason, by, at) -> Posted
post_transfer(kind, legs, idempotency_key, at, business_key="", cause_type="", cause_id=None,
reverses_id=None, metadata=None) -> Posted
reverse_transfer(transfer_id, reason, by, at) -> Posted
close_account(address, by, reason, at) / sweep_closed_account(address, by, reason, at)
charge_business(business_id, currency, amount_minor, cause_type, cause_id, at) -> Posted | None       (what the platform sells)
return_charge(business_id, currency, amount_minor, cause_type, cause_id, reason, at) -> Posted     (what it was charged goes back)
return_revenue(…) -> Posted                                           (what the platform sold is paid back)
lock_withdrawable(address) -> int,  lock_balances(owner_id),  take_for_payout(…) -> Posted,  book_payout(…) -> Posted,  return_payout(…) -> bool
take_snapshot(at) -> int,  seal_batch(at, limit) -> int
"""

from .accounts import close_account, sweep_closed_account
from .claims import claim_hold, drop_claim
from .clearance import start_clearance, stop_clearance
from .freeze import freeze_hold, unfreeze_hold
from .fund import fund_payment
from .gateway import record_gateway_fee
from .keeping import seal_batch, take_snapshot
from .payouts import book_payout, lock_balances, lock_withdrawable, return_payout, take_for_payout
from .post import post_transfer, reverse_transfer
from .receivables import pay_off, write_off_receivable
from .recover import recover_credits, recover_hold, recover_tip
from .refund import refund_hold
from .release import release_due_holds, release_hold
from .revenue import charge_business, return_charge, return_revenue
from .suspense import bear_in_suspense, park_in_suspense
from .tips import claim_kept_tips, post_tip
from .types import (
    FundAllocation,
    FundedHold,
    Funding,
    Leg,
    Posted,
    Recovery,
    Refunding,
    Release,
    SetAside,
    TipAllocation,
    Unit,
)
from .wallet import credit_wallet

__all__ = [
    "FundAllocation",
    "FundedHold",
    "Funding",
    "Leg",
    "Posted",
    "Recovery",
    "Refunding",
    "Release",
    "SetAside",
    "TipAllocation",
    "Unit",
    "bear_in_suspense",
    "book_payout",
    "charge_business",
    "claim_hold",
    "claim_kept_tips",
    "close_account",
    "credit_wallet",
    "drop_claim",
    "freeze_hold",
    "fund_payment",
    "lock_balances",
    "lock_withdrawable",
    "park_in_suspense",
    "pay_off",
    "post_tip",
    "post_transfer",
    "record_gateway_fee",
    "recover_credits",
    "recover_hold",
    "recover_tip",
    "refund_hold",
    "release_due_holds",
    "release_hold",
    "return_charge",
    "return_payout",
    "return_revenue",
    "reverse_transfer",
    "seal_batch",
    "start_clearance",
    "stop_clearance",
    "sweep_closed_account",
    "take_for_payout",
    "take_snapshot",
    "unfreeze_hold",
    "write_off_receivable",
]
