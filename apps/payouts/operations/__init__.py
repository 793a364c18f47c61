"""What payouts can do. All are keyword-only; those that call a gateway say so and run outside a transaction.

owner_of(by, business_id=None, kind) -> Owner
add_bank_account(owner, bank, by, at, code="") -> PayoutAccount              (calls the gateway)
begin_onboarding(owner, currency, country, return_url, by, at, code="") -> Onboarding      (calls the gateway)
refresh_account(account_id, return_url, by, at) -> Onboarding                (calls the gateway)
make_default(account_id, by, at, code="") / remove_account(account_id, by, at, code="")
review_account(account_id, accept, reason, by, at) -> PayoutAccount
request_payout(kind, owner, currency, by, at, amount_minor=None, account_id=None) -> Payout
request_weekly_payouts(at, limit) -> int
carry_out_payout(payout_id, at) / carry_out_due_payouts(at, limit)           (call the gateway)
freeze_payouts(owner, reason, by, at) / unfreeze_payouts(owner, reason, by, at)
"""

from apps.payouts.operations.accounts import make_default, remove_account
from apps.payouts.operations.add_account import BankDetails, add_bank_account
from apps.payouts.operations.carry_out import carry_out_due_payouts, carry_out_payout
from apps.payouts.operations.forget import forget_payee
from apps.payouts.operations.freeze import freeze_payouts, unfreeze_payouts
from apps.payouts.operations.heard import note_account_reported, note_transfer_reported
from apps.payouts.operations.onboard import Onboarding, begin_onboarding, refresh_account
from apps.payouts.operations.request import request_payout
from apps.payouts.operations.review import review_account
from apps.payouts.operations.weekly import request_weekly_payouts
from apps.payouts.operations.whose import owner_of

__all__ = [
    "BankDetails",
    "Onboarding",
    "add_bank_account",
    "begin_onboarding",
    "carry_out_due_payouts",
    "carry_out_payout",
    "forget_payee",
    "freeze_payouts",
    "make_default",
    "note_account_reported",
    "note_transfer_reported",
    "owner_of",
    "refresh_account",
    "remove_account",
    "request_payout",
    "request_weekly_payouts",
    "review_account",
    "unfreeze_payouts",
]
