"""What we tell gateways and what they tell us, in our own words. Amounts are minor units; moments are aware."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Method(StrEnum):
    """How the customer means to pay."""

    CARD = "CARD"
    BANK_TRANSFER = "BANK_TRANSFER"
    USSD = "USSD"


class ChargeStatus(StrEnum):
    """Where a charge stands at the gateway.

    PENDING: money is on its way. FAILED and ABANDONED: not paid so far and nobody is paying now, though the customer
    may still try again. UNKNOWN: the gateway has never heard of it.
    """

    SUCCEEDED = "SUCCEEDED"
    PENDING = "PENDING"
    FAILED = "FAILED"
    ABANDONED = "ABANDONED"
    UNKNOWN = "UNKNOWN"


class MoveStatus(StrEnum):
    """Where a refund or an outgoing transfer stands at the gateway."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"


class DisputeStatus(StrEnum):
    """Where a customer's bank stands. INQUIRY asks and takes no money; CLOSED ends one without a claim."""

    INQUIRY = "INQUIRY"
    NEEDS_RESPONSE = "NEEDS_RESPONSE"
    UNDER_REVIEW = "UNDER_REVIEW"
    WON = "WON"
    LOST = "LOST"
    CLOSED = "CLOSED"


class EventKind(StrEnum):
    """What a gateway's event means to us, whatever the gateway calls it."""

    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_CANCELLED = "PAYMENT_CANCELLED"
    REFUND_CHANGED = "REFUND_CHANGED"
    TRANSFER_CHANGED = "TRANSFER_CHANGED"
    DISPUTE_OPENED = "DISPUTE_OPENED"
    DISPUTE_CHANGED = "DISPUTE_CHANGED"
    DISPUTE_CLOSED = "DISPUTE_CLOSED"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
    RENEWAL_PAID = "RENEWAL_PAID"
    RENEWAL_FAILED = "RENEWAL_FAILED"
    RENEWALS_ENDED = "RENEWALS_ENDED"
    UNKNOWN = "UNKNOWN"


class RecordKind(StrEnum):
    """The lists that a gateway keeps of what it did."""

    CHARGE = "CHARGE"
    REFUND = "REFUND"
    TRANSFER = "TRANSFER"
    DISPUTE = "DISPUTE"
    SETTLEMENT = "SETTLEMENT"  # one payment of the gateway to our bank
    SETTLED = "SETTLED"  # what went into one settlement, line by line


@dataclass(frozen=True, kw_only=True)
class BankTransferDetails:
    """Where the customer sends the money, and until when."""

    bank_name: str
    account_number: str
    account_name: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class InitializeRequest:
    """One attempt at one payment. ``reference`` is ours, unique for ever, and the gateway's idempotency key."""

    reference: str
    amount_minor: int
    currency: str
    customer_email: str
    description: str
    return_url: str
    method: Method = Method.CARD
    expires_at: datetime | None = None
    customer_gateway_id: str = ""
    save_method: bool = False
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Initialized:
    """What the customer's client needs in order to pay."""

    reference: str
    gateway_id: str = ""
    checkout_url: str = ""
    access_code: str = ""
    client_secret: str = ""
    bank_transfer: BankTransferDetails | None = None
    ussd_code: str = ""


@dataclass(frozen=True, kw_only=True)
class SavedAuthorization:
    """A way to charge the customer again without them; ``token`` is the gateway's, never a card number."""

    token: str
    customer_gateway_id: str
    method: str
    brand: str
    last4: str
    expiry_month: int | None
    expiry_year: int | None
    is_reusable: bool


@dataclass(frozen=True, kw_only=True)
class SavedCharge:
    """One charge of a saved method, with nobody at the screen."""

    reference: str
    amount_minor: int
    currency: str
    customer_email: str
    customer_gateway_id: str
    token: str
    description: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecurringOrder:
    """Charge a saved method each month by yourself, from ``starts_at`` on; ``plan_code`` is the gateway's own.

    ``reference`` is ours and makes ordering it twice harmless.
    """

    reference: str
    plan_code: str
    customer_gateway_id: str
    token: str
    starts_at: datetime
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RenewalInfo:
    """What a gateway tells of a subscription that it renews by itself.

    Where it does not name the subscription, ``plan_code`` and ``customer_gateway_id`` tell which. ``charge_reference`` and
    ``charge_id`` are the gateway's own names of the charge.
    """

    subscription_id: str
    plan_code: str = ""
    customer_gateway_id: str = ""
    charge_reference: str = ""
    charge_id: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class VerifyResult:
    """What the gateway itself says about one charge."""

    status: ChargeStatus
    reference: str
    amount_minor: int = 0
    currency: str = ""
    fee_minor: int = 0
    paid_at: datetime | None = None
    gateway_id: str = ""
    method: str = ""
    livemode: bool | None = None
    authorization: SavedAuthorization | None = None
    message: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """Send back part or all of one charge. ``reference`` is the refund's own."""

    reference: str
    payment_reference: str
    payment_gateway_id: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundResult:
    """Where a refund stands; ``needs_a_person`` where the gateway waits for somebody of ours."""

    status: MoveStatus
    reference: str
    gateway_id: str
    amount_minor: int
    currency: str
    message: str = ""
    needs_a_person: bool = False


@dataclass(frozen=True, kw_only=True)
class BankAccount:
    """A bank account as its owner typed it. ``reference`` is ours; ``return_url`` is where onboarding ends."""

    reference: str
    account_number: str
    bank_code: str
    holder_name: str
    holder_email: str
    currency: str
    country: str
    return_url: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferRecipient:
    """Whom the gateway can send money to; ``account_name`` is the name the bank knows, where it tells."""

    gateway_id: str
    account_name: str
    is_ready: bool
    onboarding_url: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferRequest:
    """Send money out to a recipient. ``reference`` is ours and makes sending it twice harmless."""

    reference: str
    recipient_gateway_id: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TransferResult:
    """Where an outgoing transfer stands."""

    status: MoveStatus
    reference: str
    gateway_id: str
    amount_minor: int
    currency: str
    fee_minor: int = 0
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeInfo:
    """A customer's bank has asked for its money back.

    ``taken_minor`` is what the gateway has taken from us for it so far, less what it gave back; ``fee_minor`` its fee.
    """

    gateway_id: str
    payment_reference: str
    payment_gateway_id: str
    amount_minor: int
    currency: str
    fee_minor: int
    reason: str
    status: DisputeStatus
    respond_by: datetime | None
    taken_minor: int = 0
    opened_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the bank has decided, or asks no more."""
        return self.status in {DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED}

    @property
    def was_won(self) -> bool:
        """Whether the money stays with us."""
        return self.status in {DisputeStatus.WON, DisputeStatus.CLOSED}


@dataclass(frozen=True, kw_only=True)
class DisputeEvidence:
    """What we tell the bank. ``reference`` is ours and makes telling it twice harmless; ``files`` are where they lie."""

    dispute_gateway_id: str
    reference: str
    words: str
    files: tuple[str, ...]
    customer_email: str
    customer_name: str
    service: str


@dataclass(frozen=True, kw_only=True)
class GatewayRecord:
    """One line of a gateway's own list, for reconciliation.

    ``line_id`` is the line's own id where several lines speak of one ``gateway_id``. ``charge_reference`` and
    ``charge_id`` name the charge behind a refund or dispute; ``settlement`` names that of a settled line. Of settlements
    ``amount_minor`` is gross, and ``net_minor`` is what was paid out of it. Of disputes ``amount_minor`` is the claim,
    ``net_minor`` what the gateway has moved for it, below zero while it has taken money, and SUCCEEDED is lost.
    """

    kind: RecordKind
    gateway_id: str
    reference: str
    status: str
    amount_minor: int
    currency: str
    fee_minor: int
    created_at: datetime
    line_id: str = ""
    net_minor: int | None = None
    charge_reference: str = ""
    charge_id: str = ""
    settlement: str = ""
    environment: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayBalance:
    """What the gateway says that it has of ours in one currency, and what it has paid to our bank so far."""

    currency: str
    held_minor: int
    settled_minor: int


@dataclass(frozen=True, kw_only=True)
class GatewayEvent:
    """One signed web hook, understood.

    ``event_id`` is unique per gateway for ever. ``reference`` names our payment, refund or transfer, where the event
    says; ``subject_id`` is the gateway's own id of it and ``charge_id`` that of the charge behind it. ``account_id`` is
    the connected account that the event is about, and ``account_problem`` what its bank says.
    """

    event_id: str
    kind: EventKind
    event_type: str
    reference: str
    subject_id: str
    charge_id: str
    livemode: bool
    environment: str
    raw: dict[str, Any]
    refund: RefundResult | None = None
    transfer: TransferResult | None = None
    dispute: DisputeInfo | None = None
    account_id: str = ""
    account_problem: str = ""
    renewal: RenewalInfo | None = None
