"""What can be done with credits. All are keyword-only but the first, and run in the caller's transaction or open one.

lock_purse(customer_id)                         before anything that is to be paid for is locked
reserve(customer_id, currency, payment_id, wish, things, at) -> SetAside
retake(customer_id, currency, payment_id, parts, round_number, at) -> bool          for money that came late
free(customer_id, currency, payment_id, parts, round_number, at)
preview(customer_id, currency, wish, things, at) -> SetAside
spend(payment_id, at), give_back(payment_id, credits_minor, promotions_minor, at)
grant_credits(customer_id, currency, amount_minor, source, reason, by, at, expires_at=None) -> Grant
buy(amount, by, at) -> CreditPurchase, receive_purchase(purchase_id, payment_id, at)
claim_bought(purchase_id, refund_id, amount_minor, at), drop_claim(refund_id, customer_id, at)   (a bank claims what is unspent)
take_bought(purchase_id, refund_id, amount_minor, at), unspent_of_purchase(purchase_id) -> int
give_credits(amount, by, at, email="", phone="", message="") -> Gift
redeem(code, by, at) -> Grant, check_code(code, customer_id, amount, …) -> PromoCode, int | None; find_code(code, at), discount_of(code, customer_id, currency, things) -> int
note_registered(user_id, code, at), own_code(by, at), reward_referrals(trades, at) -> int
warn_of_expiry(at, limit) -> int, note_expired(at, limit) -> int
"""

from apps.credits.operations.buy import buy, locked_purchase, receive_purchase
from apps.credits.operations.claim import claim_bought, drop_claim, take_bought, unspent_of_purchase
from apps.credits.operations.discount import discount_of, find_code, redeem
from apps.credits.operations.expire import note_expired, warn_of_expiry
from apps.credits.operations.give import give_credits
from apps.credits.operations.grant import grant_credits
from apps.credits.operations.preview import check_code, preview
from apps.credits.operations.purse import lock_purse
from apps.credits.operations.refer import note_registered, own_code, reward_referrals
from apps.credits.operations.reserve import free, reserve, retake
from apps.credits.operations.spend import give_back, spend
from apps.credits.rules import Priced, Wish
from apps.ledger.operations import SetAside

__all__ = [
    "Priced",
    "SetAside",
    "Wish",
    "buy",
    "check_code",
    "claim_bought",
    "discount_of",
    "drop_claim",
    "find_code",
    "free",
    "give_back",
    "give_credits",
    "grant_credits",
    "lock_purse",
    "locked_purchase",
    "note_expired",
    "note_registered",
    "own_code",
    "preview",
    "receive_purchase",
    "redeem",
    "reserve",
    "retake",
    "reward_referrals",
    "spend",
    "take_bought",
    "unspent_of_purchase",
    "warn_of_expiry",
]
