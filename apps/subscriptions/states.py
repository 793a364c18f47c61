"""The words of subscriptions, and the life of one: a business's to a plan of the platform, or a follower's to a practitioner's.

Subscription
    INCOMPLETE ──its first month is paid──▶ ACTIVE ──a renewal is not paid──▶ PAST_DUE ──it is paid after all──▶ ACTIVE
        │                                     │                                  │
        └──not paid in time, or given up──────┴──called off, at the end of the month paid for
                                              └──────────────────────────────────┴──▶ ENDED   (7 days unpaid, or called off)

What the plan gives is kept while it is PAST_DUE. Whether it ends with the month (``cancels_at_end``) and which plan comes
next (``next_plan``) are no states: both can be taken back until then.

Bill
    DUE ──its money comes──▶ PAID
     └──nobody has to pay it any more──▶ VOID      (money that comes for it after all goes back)

BillRefund: of what a business paid out of what it can withdraw; what a payment paid is given back by that payment's refunds
    PROPOSED ──another person approves──▶ GIVEN_BACK
        └─────────────────────────────────▶ DENIED

Once all of the month that runs was given back, the subscription is ENDED; once all of a larger plan, the one before holds.
"""

from datetime import timedelta

from django.db import models

ITEM_TYPE = "SUBSCRIPTION"
# What causes the transfer that gives a bill back.
REFUND_CAUSE = "SUBSCRIPTION_REFUND"
# The unit of escrow of one month of a follower's.
MONTH_UNIT = "MEMBERSHIP"
FREE_PLAN = "BASIC"
# When a renewal that was not paid is tried again, counted from when the month began.
RETRIES = (timedelta(days=1), timedelta(days=3), timedelta(days=5))


class SubscriptionState(models.TextChoices):
    """Where a subscription stands."""

    INCOMPLETE = "INCOMPLETE", "Waiting for its first payment"
    ACTIVE = "ACTIVE", "Active"
    PAST_DUE = "PAST_DUE", "Not paid; in its days of grace"
    ENDED = "ENDED", "Ended"


S = SubscriptionState
LIVING = (S.INCOMPLETE, S.ACTIVE, S.PAST_DUE)
# In these it gives what its plan says.
GIVING = (S.ACTIVE, S.PAST_DUE)
SUBSCRIPTION_MOVES: list[tuple[SubscriptionState, SubscriptionState]] = [
    (S.INCOMPLETE, S.ACTIVE),
    (S.INCOMPLETE, S.ENDED),
    (S.ACTIVE, S.PAST_DUE),
    (S.ACTIVE, S.ENDED),
    (S.PAST_DUE, S.ACTIVE),
    (S.PAST_DUE, S.ENDED),
]


class PayFrom(models.TextChoices):
    """From what a subscription is renewed."""

    CARD = "CARD", "The saved card"
    AVAILABLE = "AVAILABLE", "What the business can withdraw"
    WALLET = "WALLET", "The wallet"
    GATEWAY = "GATEWAY", "The gateway renews it by itself"


BUSINESS_PAYS = (PayFrom.CARD, PayFrom.AVAILABLE, PayFrom.GATEWAY)
MEMBER_PAYS = (PayFrom.CARD, PayFrom.WALLET)


class EndReason(models.TextChoices):
    """Why a subscription ended."""

    NEVER_PAID = "NEVER_PAID", "It was never paid"
    REPLACED = "REPLACED", "Another was chosen before it was paid"
    CALLED_OFF = "CALLED_OFF", "Called off"
    NOT_PAID = "NOT_PAID", "Its renewal was not paid"
    NOT_OFFERED = "NOT_OFFERED", "It is not offered any more"
    ERASED = "ERASED", "Its holder's account was erased"
    GIVEN_BACK = "GIVEN_BACK", "The month that ran was given back"


class BillKind(models.TextChoices):
    """What a bill is for."""

    MONTH = "MONTH", "A month"
    UPGRADE = "UPGRADE", "A larger plan for the rest of a month"


class BillState(models.TextChoices):
    """Where a bill stands."""

    DUE = "DUE", "Due"
    PAID = "PAID", "Paid"
    VOID = "VOID", "Not due any more"


B = BillState
BILL_MOVES: list[tuple[BillState, BillState]] = [(B.DUE, B.PAID), (B.DUE, B.VOID)]


class BillRefundState(models.TextChoices):
    """Where a refund of a bill stands."""

    PROPOSED = "PROPOSED", "Waiting for approval"
    GIVEN_BACK = "GIVEN_BACK", "Given back"
    DENIED = "DENIED", "Denied"


R = BillRefundState
BILL_REFUND_MOVES: list[tuple[BillRefundState, BillRefundState]] = [(R.PROPOSED, R.GIVEN_BACK), (R.PROPOSED, R.DENIED)]
