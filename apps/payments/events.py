"""Facts that the payment desk states. Trades subscribe and look for their own ``item_type`` among the allocations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event
from apps.payments.gateways.values import DisputeInfo, EventKind, RenewalInfo, TransferResult, VerifyResult


@dataclass(frozen=True, kw_only=True)
class PaidItem:
    """One thing that a payment is for, or a part of one: the unit for which its money waits.

    ``hold_id`` is None where no escrow is involved or nothing was held.
    """

    allocation_id: UUID
    item_type: str
    item_id: UUID
    kind: str
    amount_minor: int
    unit_type: str
    unit_id: UUID
    hold_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """The money is here. ``allocations`` were paid by it; ``credited`` had been paid before, so the wallet has it."""

    payment_id: UUID
    payer_id: UUID
    reference: str
    currency: str
    amount_minor: int
    captured_at: datetime
    allocations: tuple[PaidItem, ...]
    credited: tuple[PaidItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PaymentPending(Event):
    """The gateway says that the money is on its way, such as by bank transfer."""

    payment_id: UUID
    payer_id: UUID
    noticed_at: datetime
    allocations: tuple[PaidItem, ...]


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """The customer's attempt was refused; they may try again."""

    payment_id: UUID
    payer_id: UUID
    message: str
    failed_at: datetime
    allocations: tuple[PaidItem, ...]


@dataclass(frozen=True, kw_only=True)
class PaymentAbandoned(Event):
    """The attempt ran out unpaid: prices, fees and stock that it held are free."""

    payment_id: UUID
    payer_id: UUID
    abandoned_at: datetime
    allocations: tuple[PaidItem, ...]


@dataclass(frozen=True, kw_only=True)
class PaymentNeedsReview(Event):
    """Money came that does not fit what was due. It waits in suspense and nothing is marked paid."""

    payment_id: UUID
    payer_id: UUID
    reason: str
    noticed_at: datetime
    allocations: tuple[PaidItem, ...]


@dataclass(frozen=True, kw_only=True)
class RefundCompleted(Event):
    """Money went back to the customer."""

    refund_id: UUID
    payment_id: UUID
    payer_id: UUID
    item_type: str
    item_id: UUID
    currency: str
    amount_minor: int
    destination: str
    reason: str
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event):
    """A refund did not work out; where its money had left escrow already, the customer's wallet has it."""

    refund_id: UUID
    payment_id: UUID
    payer_id: UUID
    currency: str
    amount_minor: int
    message: str
    is_in_wallet: bool
    failed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatewayTransferReported(Event):
    """A gateway spoke about an outgoing transfer."""

    gateway: str
    transfer: TransferResult
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChargebackClosed(Event):
    """A customer's bank has decided: of what it lost, ``taken_minor`` went back and ``unmatched_minor`` is nobody's."""

    chargeback_id: UUID
    payment_id: UUID
    status: str
    currency: str
    taken_minor: int
    unmatched_minor: int
    closed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatewayAccountReported(Event):
    """A gateway spoke about an account that it pays out to; ``problem`` is what that account's bank says, if anything."""

    gateway: str
    account_id: str
    problem: str
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatewayRenewalReported(Event):
    """A gateway spoke about what it renews by itself; ``charge`` is what it says of a renewal that was paid, when asked."""

    gateway: str
    kind: EventKind
    renewal: RenewalInfo
    charge: VerifyResult | None
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatewayDisputeReported(Event):
    """A gateway spoke about a customer's dispute; ``payment_id`` is None where we know no such payment."""

    gateway: str
    kind: EventKind
    dispute: DisputeInfo
    payment_id: UUID | None
    reported_at: datetime
