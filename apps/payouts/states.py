"""The words of payouts, and how their rows move.

Payout
    REQUESTED ◀──▶ IN_TRANSIT ──the gateway says so──▶ PAID ──the bank sends it back──▶ REVERSED
        │               │
        └───────────────┴──▶ FAILED

The money leaves its owner's account at REQUESTED and is back in it at FAILED and REVERSED, by transfers of their own. A
payout is IN_TRANSIT from the moment before it is sent: whatever happens to us then, the gateway may have it, and until
it has said so the outcome is unknown. It is REQUESTED again only where the gateway has said that it did not take it.

PayoutAccount
    PENDING ──▶ VERIFIED ◀── NEEDS_REVIEW          (from PENDING to NEEDS_REVIEW as well)
       ▲            │  │          │
       └─gateway────┘  └─ops──▶ REJECTED           (the gateway pays a connected account no more, or again)
    all of them ──▶ REMOVED
"""

from django.db import models


class PayoutKind(models.TextChoices):
    """Whose money leaves, and of which of their accounts."""

    BUSINESS = "BUSINESS", "A business's earnings"
    TIPS = "TIPS", "A performer's tips"
    WALLET = "WALLET", "A customer's wallet"


class PayoutState(models.TextChoices):
    """Where a payout stands."""

    REQUESTED = "REQUESTED", "Requested"
    IN_TRANSIT = "IN_TRANSIT", "On its way"
    PAID = "PAID", "Paid"
    FAILED = "FAILED", "Failed: the money is back"
    REVERSED = "REVERSED", "Sent back by the bank: the money is back"


S = PayoutState
OPEN_STATES = (S.REQUESTED, S.IN_TRANSIT)
# The database keeps the same table by a trigger.
PAYOUT_MOVES: list[tuple[PayoutState, PayoutState]] = [
    (S.REQUESTED, S.IN_TRANSIT),
    (S.IN_TRANSIT, S.REQUESTED),
    (S.IN_TRANSIT, S.PAID),
    (S.REQUESTED, S.FAILED),
    (S.IN_TRANSIT, S.FAILED),
    (S.PAID, S.REVERSED),
]


class AccountKind(models.TextChoices):
    """How money reaches an owner."""

    BANK = "BANK", "Bank account"
    CONNECT = "CONNECT", "Account at the gateway"


class AccountState(models.TextChoices):
    """Whether money may be sent there."""

    PENDING = "PENDING", "Not ready at the gateway"
    NEEDS_REVIEW = "NEEDS_REVIEW", "The name is looked at"
    VERIFIED = "VERIFIED", "Verified"
    REJECTED = "REJECTED", "Rejected"
    REMOVED = "REMOVED", "Removed"


A = AccountState
LIVE_ACCOUNTS = (A.PENDING, A.NEEDS_REVIEW, A.VERIFIED)
ACCOUNT_MOVES: list[tuple[AccountState, AccountState]] = [
    (A.PENDING, A.VERIFIED),
    (A.PENDING, A.NEEDS_REVIEW),
    (A.NEEDS_REVIEW, A.VERIFIED),
    (A.VERIFIED, A.PENDING),
    *[(source, A.REJECTED) for source in LIVE_ACCOUNTS],
    *[(source, A.REMOVED) for source in (*LIVE_ACCOUNTS, A.REJECTED)],
]
