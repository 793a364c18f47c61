"""The words of the ledger, and the life of an escrow hold.

    HELD ──start_clearance──▶ PENDING_CLEARANCE ──release──▶ RELEASED
      ▲ ◀──stop_clearance──────┘ │  (a second start restarts the timer)
      │                          │
      ├──freeze──▶ FROZEN ◀──────┘
      └─unfreeze───┘ │  └─unfreeze goes back to where the hold was frozen from
                     ├──release──▶ RELEASED        (operations decide)
    HELD, PENDING_CLEARANCE, FROZEN ──refund of all that is left──▶ REFUNDED

A part refund leaves the state alone. RELEASED and REFUNDED are final: what comes back of released money is taken from
what the business has or owes (``recovered_minor``). A hold of which a customer's bank claims a part (``disputed_minor``)
is FROZEN until the claim is dropped; work that is done meanwhile is noted in where it was frozen from.
"""

from django.db import models


class OwnerType(models.TextChoices):
    """Whose money an account counts."""

    SYSTEM = "SYSTEM", "System"
    BUSINESS = "BUSINESS", "Business"
    STAFF = "STAFF", "Staff"
    CUSTOMER = "CUSTOMER", "Customer"


class AccountKind(models.TextChoices):
    """What an account counts; which kinds go with which owner is a constraint of the table."""

    SYSTEM_ESCROW = "SYSTEM_ESCROW", "Escrow"
    GATEWAY_CLEARING = "GATEWAY_CLEARING", "Gateway clearing"
    PLATFORM_REVENUE = "PLATFORM_REVENUE", "Platform revenue"
    GATEWAY_FEES = "GATEWAY_FEES", "Gateway fees"
    PAYOUTS_IN_TRANSIT = "PAYOUTS_IN_TRANSIT", "Payouts in transit"
    PROMOTIONS = "PROMOTIONS", "Promotions"
    SUSPENSE = "SUSPENSE", "Suspense"
    CHARGEBACKS = "CHARGEBACKS", "Taken by gateways for disputes"
    LOSSES = "LOSSES", "Losses"
    AVAILABLE = "AVAILABLE", "Available for payout"
    RECEIVABLE = "RECEIVABLE", "Receivable"
    TIPS = "TIPS", "Tips"
    TIPS_PAYABLE = "TIPS_PAYABLE", "Tips kept for one who left"
    WALLET = "WALLET", "Wallet"
    CREDITS = "CREDITS", "Credits"
    RESERVED = "RESERVED", "Set aside for a payment"


KINDS_BY_OWNER: dict[OwnerType, tuple[AccountKind, ...]] = {
    OwnerType.SYSTEM: (
        AccountKind.SYSTEM_ESCROW,
        AccountKind.GATEWAY_CLEARING,
        AccountKind.PLATFORM_REVENUE,
        AccountKind.GATEWAY_FEES,
        AccountKind.PAYOUTS_IN_TRANSIT,
        AccountKind.PROMOTIONS,
        AccountKind.SUSPENSE,
        AccountKind.CHARGEBACKS,
        AccountKind.LOSSES,
    ),
    OwnerType.BUSINESS: (AccountKind.AVAILABLE, AccountKind.RECEIVABLE),
    OwnerType.STAFF: (AccountKind.TIPS, AccountKind.TIPS_PAYABLE, AccountKind.RECEIVABLE),
    OwnerType.CUSTOMER: (AccountKind.WALLET, AccountKind.CREDITS, AccountKind.RESERVED),
}


class AccountState(models.TextChoices):
    """Whether an account takes new entries."""

    ACTIVE = "ACTIVE", "Active"
    CLOSED = "CLOSED", "Closed"


class TransferKind(models.TextChoices):
    """Why money moved."""

    PAYMENT = "PAYMENT", "Payment"
    GATEWAY_FEE = "GATEWAY_FEE", "Gateway fee"
    ESCROW_RELEASE = "ESCROW_RELEASE", "Escrow release"
    ESCROW_REFUND = "ESCROW_REFUND", "Escrow refund"
    RECOVERY = "RECOVERY", "Taken back after its release"
    NETTING = "NETTING", "What was owed is paid off"
    WRITE_OFF = "WRITE_OFF", "What was owed is written off"
    CHARGEBACK = "CHARGEBACK", "Dispute at the gateway"
    TIP = "TIP", "Tip"
    TIP_CLAIM = "TIP_CLAIM", "Kept tips handed over"
    WALLET_CREDIT = "WALLET_CREDIT", "Wallet credit"
    RESERVATION = "RESERVATION", "Set aside for a payment"
    RESERVATION_END = "RESERVATION_END", "Set aside no longer"
    CREDIT_GRANT = "CREDIT_GRANT", "Credits granted"
    CREDIT_GIFT = "CREDIT_GIFT", "Credits given"
    SUSPENSE = "SUSPENSE", "Parked in suspense"
    CLOSED_SWEEP = "CLOSED_SWEEP", "Closed account swept"
    PAYOUT = "PAYOUT", "Payout"
    SUBSCRIPTION = "SUBSCRIPTION", "Subscription to the platform"
    EXCHANGE = "EXCHANGE", "Currency exchange"
    REVERSAL = "REVERSAL", "Reversal"
    ADJUSTMENT = "ADJUSTMENT", "Adjustment"


class HoldState(models.TextChoices):
    """Where the money of one thing paid for is."""

    HELD = "HELD", "Held"
    PENDING_CLEARANCE = "PENDING_CLEARANCE", "Pending clearance"
    FROZEN = "FROZEN", "Frozen"
    RELEASED = "RELEASED", "Released"
    REFUNDED = "REFUNDED", "Refunded"


OPEN_HOLD_STATES = (HoldState.HELD, HoldState.PENDING_CLEARANCE, HoldState.FROZEN)


class ReleaseReason(models.TextChoices):
    """Who let the money go."""

    CUSTOMER_CONFIRMED = "CUSTOMER_CONFIRMED", "Confirmed by the customer"
    AUTO = "AUTO", "Clearance time ran out"
    OPS_DECISION = "OPS_DECISION", "Decided by operations"


class RefundDestination(models.TextChoices):
    """Where refunded money goes."""

    WALLET = "WALLET", "The customer's wallet"
    GATEWAY = "GATEWAY", "Back through the gateway"
    CHARGEBACK = "CHARGEBACK", "Taken by the customer's bank"
