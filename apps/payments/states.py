"""The words of the payment desk, and how its rows move.

Payment
    INITIALIZED ─▶ PENDING ──────────────▶ SUCCEEDED ─▶ PARTIALLY_REFUNDED ─▶ REFUNDED
      │  │  │        │  │  │                 ▲   ▲
      │  │  └────────┼──┼──┴─▶ FAILED ───────┘   │     (SUCCEEDED ─▶ REFUNDED as well)
      │  └───────────┼──┴────▶ ABANDONED ────────┘
      └──────────────┴──────▶ NEEDS_REVIEW ─▶ RESOLVED      (to NEEDS_REVIEW from FAILED and ABANDONED as well)

Money that arrives counts, however late: FAILED and ABANDONED are no ends. What has succeeded never goes back to
an earlier state, whatever old news a gateway repeats. What needs review lies parked in suspense and pays for nothing:
a refund of it, which people decide about, takes it from there, and then it is RESOLVED, never paid.

Refund
    PROPOSED ─▶ APPROVED ─▶ SENT ─▶ SUCCEEDED
       │  └─▶ DENIED │ └──────────────▲
       └─────────────┴─▶ FAILED          (nothing moved)

A card refund that bounces, even days later, is given back to the wallet instead: it stays what it was, SUCCEEDED.

Parked money leaves suspense by a refund of it (``is_parked``), the whole at once: to its payer's wallet, back the way it
came, or to the ITEM that it was meant to pay for.

A lost dispute at the gateway is a refund too, to the customer's bank: APPROVED while the dispute is open, so that the
same money cannot go back a second time, SUCCEEDED when it is lost, FAILED when it is won.

Chargeback
    INQUIRY ─▶ NEEDS_RESPONSE ─▶ UNDER_REVIEW ─▶ WON | LOST      (a later state from every earlier one)
       └─────▶ CLOSED                                            (an inquiry that came to nothing)

WebhookEvent
    RECEIVED ─▶ PROCESSED | IGNORED | FAILED | PARKED
    FAILED, PARKED ─▶ the same again; PROCESSED and IGNORED are ends
"""

from django.db import models


class PaymentStatus(models.TextChoices):
    """Where a payment stands."""

    INITIALIZED = "INITIALIZED", "Waiting for the customer"
    PENDING = "PENDING", "Money on its way"
    SUCCEEDED = "SUCCEEDED", "Paid"
    FAILED = "FAILED", "Failed"
    ABANDONED = "ABANDONED", "Abandoned"
    REFUNDED = "REFUNDED", "Refunded"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED", "Partly refunded"
    NEEDS_REVIEW = "NEEDS_REVIEW", "Needs review"
    RESOLVED = "RESOLVED", "Parked money given on"


S = PaymentStatus
OPEN_STATUSES = (S.INITIALIZED, S.PENDING)
UNPAID_STATUSES = (S.INITIALIZED, S.PENDING, S.FAILED, S.ABANDONED)
PAID_STATUSES = (S.SUCCEEDED, S.PARTIALLY_REFUNDED, S.REFUNDED)
PARKED_STATUSES = (S.NEEDS_REVIEW, S.RESOLVED)
SETTLED_STATUSES = (*PAID_STATUSES, *PARKED_STATUSES)

# The database keeps the same table by a trigger.
PAYMENT_MOVES: list[tuple[PaymentStatus, PaymentStatus]] = [
    (S.INITIALIZED, S.PENDING),
    (S.FAILED, S.PENDING),
    (S.ABANDONED, S.PENDING),
    (S.INITIALIZED, S.FAILED),
    (S.PENDING, S.FAILED),
    (S.INITIALIZED, S.ABANDONED),
    (S.PENDING, S.ABANDONED),
    (S.FAILED, S.ABANDONED),
    *[(source, S.SUCCEEDED) for source in UNPAID_STATUSES],
    *[(source, S.NEEDS_REVIEW) for source in UNPAID_STATUSES],
    (S.NEEDS_REVIEW, S.RESOLVED),
    (S.SUCCEEDED, S.PARTIALLY_REFUNDED),
    (S.SUCCEEDED, S.REFUNDED),
    (S.PARTIALLY_REFUNDED, S.REFUNDED),
]


class AllocationState(models.TextChoices):
    """What became of a payment's share."""

    DUE = "DUE", "Not paid"
    FUNDED = "FUNDED", "Paid"
    CREDITED = "CREDITED", "Was paid already: in the customer's wallet"
    RETURNED = "RETURNED", "Given back"


A = AllocationState
ALLOCATION_MOVES: list[tuple[AllocationState, AllocationState]] = [
    (A.DUE, A.FUNDED),
    (A.DUE, A.CREDITED),
    (A.FUNDED, A.RETURNED),
]


class AllocationKind(models.TextChoices):
    """What a share of a payment pays for."""

    BOOKING = "BOOKING", "Booking"
    BOOKING_FEE = "BOOKING_FEE", "Booking fee"
    FINAL_COST = "FINAL_COST", "Final cost"
    EXTRA = "EXTRA", "Extra"
    ORDER = "ORDER", "Order"
    MOVE = "MOVE", "Move"
    TIP = "TIP", "Tip"
    PACKAGE = "PACKAGE", "Package"
    BUNDLE = "BUNDLE", "Bundle"
    COURSE = "COURSE", "Course"
    SUBSCRIPTION = "SUBSCRIPTION", "Subscription"
    CREDITS = "CREDITS", "Credits"


class Destination(models.TextChoices):
    """Where a share of a payment goes when it arrives."""

    ESCROW = "ESCROW", "Held in escrow"
    PERFORMER = "PERFORMER", "Whole to the performer"
    CREDITS = "CREDITS", "Whole to the payer's credits"
    PLATFORM = "PLATFORM", "Whole to the platform"


# Of what is for these, a trade or operations may give something back.
REFUNDABLE = frozenset({Destination.ESCROW, Destination.PLATFORM})


class RefundStatus(models.TextChoices):
    """Where a refund stands."""

    PROPOSED = "PROPOSED", "Waiting for approval"
    APPROVED = "APPROVED", "Approved"
    DENIED = "DENIED", "Denied"
    SENT = "SENT", "On its way"
    SUCCEEDED = "SUCCEEDED", "Given back"
    FAILED = "FAILED", "Failed"


R = RefundStatus
REFUND_MOVES: list[tuple[RefundStatus, RefundStatus]] = [
    (R.PROPOSED, R.APPROVED),
    (R.PROPOSED, R.DENIED),
    (R.PROPOSED, R.FAILED),
    (R.APPROVED, R.SENT),
    (R.APPROVED, R.SUCCEEDED),
    (R.APPROVED, R.FAILED),
    (R.SENT, R.SUCCEEDED),
]
# Refunds that take their amount out of what can still be given back.
RESERVING_REFUNDS = (R.APPROVED, R.SENT, R.SUCCEEDED)
OPEN_REFUNDS = (R.PROPOSED, R.APPROVED, R.SENT)


class RefundDestination(models.TextChoices):
    """Where refunded money goes."""

    WALLET = "WALLET", "The customer's wallet, at once"
    GATEWAY = "GATEWAY", "Back to the card or account it came from"
    CHARGEBACK = "CHARGEBACK", "Taken by the customer's bank"
    ITEM = "ITEM", "To what it was meant to pay for"


# Where people may send what was paid for, and what is parked.
REFUND_WAYS = [(way.value, way.label) for way in (RefundDestination.WALLET, RefundDestination.GATEWAY)]
PARKED_WAYS = [*REFUND_WAYS, (RefundDestination.ITEM.value, RefundDestination.ITEM.label)]


class ChargebackStatus(models.TextChoices):
    """Where a dispute at a gateway stands."""

    INQUIRY = "INQUIRY", "Asked about; no money taken"
    NEEDS_RESPONSE = "NEEDS_RESPONSE", "Waiting for our evidence"
    UNDER_REVIEW = "UNDER_REVIEW", "The bank decides"
    WON = "WON", "Won"
    LOST = "LOST", "Lost"
    CLOSED = "CLOSED", "Closed without a claim"


C = ChargebackStatus
OPEN_CHARGEBACKS = (C.INQUIRY, C.NEEDS_RESPONSE, C.UNDER_REVIEW)
# While in one of these the money in question can go nowhere else.
CLAIMING_CHARGEBACKS = (C.NEEDS_RESPONSE, C.UNDER_REVIEW)
# Why what was kept back for a bank is so no longer, where it is not taken.
DECIDED_FOR_US = "The bank has decided for us."
CHARGEBACK_MOVES: list[tuple[ChargebackStatus, ChargebackStatus]] = [
    (C.INQUIRY, C.NEEDS_RESPONSE),
    (C.INQUIRY, C.UNDER_REVIEW),
    (C.INQUIRY, C.WON),
    (C.INQUIRY, C.LOST),
    (C.INQUIRY, C.CLOSED),
    (C.NEEDS_RESPONSE, C.UNDER_REVIEW),
    (C.NEEDS_RESPONSE, C.WON),
    (C.NEEDS_RESPONSE, C.LOST),
    (C.UNDER_REVIEW, C.WON),
    (C.UNDER_REVIEW, C.LOST),
]


class WebhookState(models.TextChoices):
    """What became of a gateway's event. PARKED waits for another event, or for ops once its attempts are used up."""

    RECEIVED = "RECEIVED", "Received"
    PROCESSED = "PROCESSED", "Processed"
    IGNORED = "IGNORED", "Kept and ignored"
    PARKED = "PARKED", "Parked"
    FAILED = "FAILED", "Failed; will be tried again"


W = WebhookState
WEBHOOK_MOVES: list[tuple[WebhookState, WebhookState]] = [
    (source, target)
    for source in (W.RECEIVED, W.FAILED, W.PARKED)
    for target in (W.PROCESSED, W.IGNORED, W.FAILED, W.PARKED)
    if source != target
]
