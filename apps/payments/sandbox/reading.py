"""The sandbox's rows and events in our words."""

from typing import Any

from apps.payments.gateways.errors import SignatureInvalid
from apps.payments.gateways.reading import integer, mapping, moment, strings, text
from apps.payments.gateways.values import (
    ChargeStatus,
    DisputeInfo,
    DisputeStatus,
    EventKind,
    GatewayEvent,
    Method,
    MoveStatus,
    RefundResult,
    RenewalInfo,
    SavedAuthorization,
    TransferResult,
    VerifyResult,
)
from apps.payments.models import SandboxCharge, SandboxDispute, SandboxMove

STATUSES = {
    "OPEN": ChargeStatus.ABANDONED,
    "PENDING": ChargeStatus.PENDING,
    "PAID": ChargeStatus.SUCCEEDED,
    "FAILED": ChargeStatus.FAILED,
    "CLOSED": ChargeStatus.ABANDONED,
}
EVENT_KINDS = {
    "charge.pending": EventKind.PAYMENT_PENDING,
    "charge.succeeded": EventKind.PAYMENT_SUCCEEDED,
    "charge.failed": EventKind.PAYMENT_FAILED,
    "charge.cancelled": EventKind.PAYMENT_CANCELLED,
    "refund.succeeded": EventKind.REFUND_CHANGED,
    "refund.failed": EventKind.REFUND_CHANGED,
    "transfer.succeeded": EventKind.TRANSFER_CHANGED,
    "transfer.failed": EventKind.TRANSFER_CHANGED,
    "transfer.reversed": EventKind.TRANSFER_CHANGED,
    "dispute.opened": EventKind.DISPUTE_OPENED,
    "dispute.changed": EventKind.DISPUTE_CHANGED,
    "dispute.closed": EventKind.DISPUTE_CLOSED,
    "renewal.succeeded": EventKind.RENEWAL_PAID,
    "renewal.failed": EventKind.RENEWAL_FAILED,
    "renewals.ended": EventKind.RENEWALS_ENDED,
}
DISPUTE_STATUSES = {each.value: each for each in DisputeStatus}
TRANSFER_EVENTS = {
    MoveStatus.SUCCEEDED: "transfer.succeeded",
    MoveStatus.FAILED: "transfer.failed",
    MoveStatus.REVERSED: "transfer.reversed",
}
MOVE_STATUSES = {each.value: each for each in MoveStatus}


def event(payload: dict[str, Any]) -> GatewayEvent:
    """A signed event."""
    data = mapping(payload.get("data"))
    event_type, event_id = text(payload.get("type")), text(payload.get("id"))
    if not event_id:
        raise SignatureInvalid("The event has no id.")
    charge, refund, transfer = (mapping(data.get(name)) for name in ("charge", "refund", "transfer"))
    dispute, renewal = mapping(data.get("dispute")), mapping(data.get("renewal"))
    metadata = strings(charge.get("metadata"))
    return GatewayEvent(
        event_id=event_id[:200],
        kind=EVENT_KINDS.get(event_type, EventKind.UNKNOWN),
        event_type=event_type,
        reference=text(charge.get("reference") or refund.get("charge") or transfer.get("reference"))
        or text(dispute.get("charge")),
        subject_id=text(charge.get("id") or refund.get("id") or transfer.get("id") or dispute.get("id")),
        charge_id=text(charge.get("id")),
        livemode=False,
        environment=metadata.get("environment", ""),
        raw=payload,
        transfer=transfer_in(transfer) if transfer else None,
        dispute=dispute_in(dispute) if dispute else None,
        renewal=renewal_in(renewal, charge) if renewal else None,
    )


def renewal_in(data: dict[str, Any], charge: dict[str, Any]) -> RenewalInfo:
    return RenewalInfo(
        subscription_id=text(data.get("subscription")),
        charge_reference=text(charge.get("reference")),
        charge_id=text(charge.get("id")),
        message=text(data.get("message")),
    )


def charge_payload(charge: SandboxCharge) -> dict[str, Any]:
    """The charge as web hooks show it."""
    return {
        "id": str(charge.pk),
        "reference": charge.reference,
        "status": charge.status,
        "amount": charge.paid_minor or charge.amount_minor,
        "currency": charge.paid_currency or charge.currency,
        "metadata": charge.metadata,
    }


def verified(charge: SandboxCharge) -> VerifyResult:
    is_paid = charge.status == "PAID"
    return VerifyResult(
        status=STATUSES[charge.status],
        reference=charge.reference,
        amount_minor=charge.paid_minor if is_paid else charge.amount_minor,
        currency=charge.paid_currency if is_paid else charge.currency,
        fee_minor=charge.fee_minor,
        paid_at=charge.paid_at,
        gateway_id=str(charge.pk),
        method=charge.method,
        livemode=False,
        authorization=_authorization(charge) if is_paid and charge.method == Method.CARD else None,
        message="Declined by the sandbox." if charge.status == "FAILED" else "",
        metadata=strings(charge.metadata),
    )


def _authorization(charge: SandboxCharge) -> SavedAuthorization:
    return SavedAuthorization(
        token=f"sbx_card_{charge.customer_email}",
        customer_gateway_id=charge.customer_email,
        method="CARD",
        brand="sandbox",
        last4="4242",
        expiry_month=12,
        expiry_year=2099,
        is_reusable=charge.saves_method,
    )


def move_payload(move: SandboxMove) -> dict[str, Any]:
    return {
        "id": str(move.pk),
        "reference": move.reference,
        "charge": move.charge.reference if move.charge else "",
        "amount": move.amount_minor,
        "currency": move.currency,
        "status": move.status,
    }


def refunded(move: SandboxMove) -> RefundResult:
    return RefundResult(
        status=MoveStatus(move.status),
        reference=move.reference,
        gateway_id=str(move.pk),
        amount_minor=move.amount_minor,
        currency=move.currency,
    )


def transferred(move: SandboxMove) -> TransferResult:
    return TransferResult(
        status=MoveStatus(move.status),
        reference=move.reference,
        gateway_id=str(move.pk),
        amount_minor=move.amount_minor,
        currency=move.currency,
    )


def transfer_in(data: dict[str, Any]) -> TransferResult:
    return TransferResult(
        status=MOVE_STATUSES.get(text(data.get("status")), MoveStatus.PENDING),
        reference=text(data.get("reference")),
        gateway_id=text(data.get("id")),
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")),
    )


def dispute_payload(dispute: SandboxDispute) -> dict[str, Any]:
    """The dispute as web hooks show it."""
    return {
        "id": str(dispute.pk),
        "charge": dispute.charge.reference,
        "amount": dispute.amount_minor,
        "currency": dispute.currency,
        "fee": dispute.fee_minor,
        "taken": dispute.taken_minor,
        "reason": dispute.reason,
        "status": dispute.status,
        "respond_by": dispute.respond_by.isoformat(),
        "opened_at": dispute.created_at.isoformat(),
    }


def disputed(dispute: SandboxDispute) -> DisputeInfo:
    return dispute_in(dispute_payload(dispute))


def dispute_in(data: dict[str, Any]) -> DisputeInfo:
    return DisputeInfo(
        gateway_id=text(data.get("id")),
        payment_reference=text(data.get("charge")),
        payment_gateway_id="",
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")),
        fee_minor=integer(data.get("fee")),
        reason=text(data.get("reason")),
        status=_dispute_status(data),
        respond_by=moment(data.get("respond_by")),
        taken_minor=integer(data.get("taken")),
        opened_at=moment(data.get("opened_at")),
    )


def _dispute_status(data: dict[str, Any]) -> DisputeStatus:
    if data.get("is_closed") is True:
        return DisputeStatus.WON if data.get("was_won") is True else DisputeStatus.LOST
    return DISPUTE_STATUSES.get(text(data.get("status")), DisputeStatus.NEEDS_RESPONSE)
