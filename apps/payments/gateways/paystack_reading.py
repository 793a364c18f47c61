"""Paystack's answers and events in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.payments.gateways.reading import integer, mapping, moment, optional_integer, strings, text
from apps.payments.gateways.values import (
    BankTransferDetails,
    ChargeStatus,
    DisputeInfo,
    DisputeStatus,
    EventKind,
    GatewayEvent,
    GatewayRecord,
    Initialized,
    MoveStatus,
    RecordKind,
    RecurringOrder,
    RefundResult,
    RenewalInfo,
    SavedAuthorization,
    TransferRecipient,
    TransferResult,
    VerifyResult,
)

NOTE_PREFIX = "refund reference "
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

CHARGE_STATUSES = {
    "success": ChargeStatus.SUCCEEDED,
    "reversed": ChargeStatus.SUCCEEDED,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
}
REFUND_STATUSES = {"processed": MoveStatus.SUCCEEDED, "failed": MoveStatus.FAILED}
TRANSFER_STATUSES = {
    "success": MoveStatus.SUCCEEDED,
    "failed": MoveStatus.FAILED,
    "rejected": MoveStatus.FAILED,
    "blocked": MoveStatus.FAILED,
    "abandoned": MoveStatus.FAILED,
    "reversed": MoveStatus.REVERSED,
}
DISPUTE_STATUSES = {
    "awaiting-merchant-feedback": DisputeStatus.NEEDS_RESPONSE,
    "awaiting-bank-feedback": DisputeStatus.UNDER_REVIEW,
    "pending": DisputeStatus.UNDER_REVIEW,
    "resolved": DisputeStatus.CLOSED,
    "archived": DisputeStatus.CLOSED,
}
DISPUTE_ENDS = {
    "merchant-accepted": DisputeStatus.LOST,
    "auto-accepted": DisputeStatus.LOST,
    "declined": DisputeStatus.WON,
}
EVENT_KINDS = {
    "charge.success": EventKind.PAYMENT_SUCCEEDED,
    "charge.failed": EventKind.PAYMENT_FAILED,
    "refund.pending": EventKind.REFUND_CHANGED,
    "refund.processing": EventKind.REFUND_CHANGED,
    "refund.processed": EventKind.REFUND_CHANGED,
    "refund.failed": EventKind.REFUND_CHANGED,
    "refund.needs-attention": EventKind.REFUND_CHANGED,
    "transfer.success": EventKind.TRANSFER_CHANGED,
    "transfer.failed": EventKind.TRANSFER_CHANGED,
    "transfer.reversed": EventKind.TRANSFER_CHANGED,
    "charge.dispute.create": EventKind.DISPUTE_OPENED,
    "charge.dispute.remind": EventKind.DISPUTE_CHANGED,
    "charge.dispute.resolve": EventKind.DISPUTE_CLOSED,
    "invoice.update": EventKind.RENEWAL_PAID,
    "invoice.payment_failed": EventKind.RENEWAL_FAILED,
    "subscription.not_renew": EventKind.RENEWALS_ENDED,
    "subscription.disable": EventKind.RENEWALS_ENDED,
}
# One that was called off stays "non-renewing" until its next date.
SUBSCRIPTION_ENDS = {"non-renewing", "cancelled", "complete", "completed"}


def refund_note(reference: str) -> str:
    """The merchant's note that carries our refund's reference."""
    return NOTE_PREFIX + reference


def initialized(answer: dict[str, Any]) -> Initialized:
    """What the client needs to pay."""
    data = mapping(answer.get("data"))
    return Initialized(
        reference=text(data.get("reference")),
        checkout_url=text(data.get("authorization_url")),
        access_code=text(data.get("access_code")),
        bank_transfer=_bank_transfer(data),
        ussd_code=text(data.get("ussd_code")),
    )


def _bank_transfer(data: dict[str, Any]) -> BankTransferDetails | None:
    if not data.get("account_number"):
        return None
    return BankTransferDetails(
        bank_name=text(mapping(data.get("bank")).get("name")),
        account_number=text(data.get("account_number")),
        account_name=text(data.get("account_name")),
        expires_at=moment(data.get("account_expires_at")),
    )


def verified(data: dict[str, Any]) -> VerifyResult:
    """A transaction; any state that is no end (ongoing, queued, send_otp …) is pending."""
    return VerifyResult(
        status=CHARGE_STATUSES.get(text(data.get("status")).lower(), ChargeStatus.PENDING),
        reference=text(data.get("reference")),
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")).upper(),
        fee_minor=integer(data.get("fees")),
        paid_at=moment(data.get("paid_at") or data.get("paidAt")),
        gateway_id=text(data.get("id")),
        method=text(data.get("channel")).upper(),
        livemode=_livemode(data),
        authorization=_authorization(data),
        message=text(data.get("gateway_response") or data.get("message")),
        metadata=strings(data.get("metadata")),
    )


def _authorization(data: dict[str, Any]) -> SavedAuthorization | None:
    found = mapping(data.get("authorization"))
    if not found.get("authorization_code"):
        return None
    return SavedAuthorization(
        token=text(found.get("authorization_code")),
        customer_gateway_id=text(mapping(data.get("customer")).get("customer_code")),
        method=text(found.get("channel")).upper(),
        brand=text(found.get("brand")),
        last4=text(found.get("last4"))[-4:],
        expiry_month=optional_integer(found.get("exp_month")),
        expiry_year=optional_integer(found.get("exp_year")),
        is_reusable=found.get("reusable") is True,
    )


def _livemode(data: dict[str, Any]) -> bool | None:
    domain = text(data.get("domain"))
    return domain == "live" if domain else None


def refunded(data: dict[str, Any], *, reference: str = "") -> RefundResult:
    """A refund; pending, processing and needs-attention are all still under way."""
    note = text(data.get("merchant_note"))
    return RefundResult(
        status=REFUND_STATUSES.get(text(data.get("status")).lower(), MoveStatus.PENDING),
        reference=reference or (note.removeprefix(NOTE_PREFIX) if note.startswith(NOTE_PREFIX) else ""),
        gateway_id=text(data.get("id") or data.get("refund_reference")),
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")).upper(),
        message=text(data.get("customer_note")),
        needs_a_person=text(data.get("status")).lower() == "needs-attention",
    )


def recipient(data: dict[str, Any]) -> TransferRecipient:
    """A bank account that Paystack can pay."""
    details = mapping(data.get("details"))
    return TransferRecipient(
        gateway_id=text(data.get("recipient_code")),
        account_name=text(details.get("account_name") or data.get("name")),
        is_ready=data.get("active") is not False,
    )


def transferred(data: dict[str, Any]) -> TransferResult:
    """An outgoing transfer; otp, pending, received and queued are still under way."""
    return TransferResult(
        status=TRANSFER_STATUSES.get(text(data.get("status")).lower(), MoveStatus.PENDING),
        reference=text(data.get("reference")),
        gateway_id=text(data.get("transfer_code") or data.get("id")),
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")).upper(),
        fee_minor=integer(data.get("fee_charged") or data.get("fees")),
        message=text(data.get("gateway_response") or mapping(data.get("failures")).get("message")),
    )


def _transaction_reference(data: dict[str, Any]) -> str:
    nested = mapping(data.get("transaction"))
    return text(data.get("transaction_reference") or nested.get("reference"))


def disputed(data: dict[str, Any]) -> DisputeInfo:
    """A customer's bank asks for its money back: Paystack takes it when we have lost. ``declined``: the bank did not
    get it; accepted by us or, in silence, by itself: it did.
    """
    charge = mapping(data.get("transaction"))
    status = DISPUTE_STATUSES.get(text(data.get("status")).lower(), DisputeStatus.NEEDS_RESPONSE)
    if status == DisputeStatus.CLOSED:
        status = DISPUTE_ENDS.get(text(data.get("resolution")).lower(), DisputeStatus.CLOSED)
    amount_minor = integer(data.get("refund_amount")) or integer(charge.get("amount"))
    return DisputeInfo(
        gateway_id=text(data.get("id")),
        payment_reference=_transaction_reference(data),
        payment_gateway_id=text(charge.get("id")),
        amount_minor=amount_minor,
        currency=text(data.get("currency") or charge.get("currency")).upper(),
        fee_minor=integer(data.get("fees")),
        reason=text(data.get("category") or data.get("message")),
        status=status,
        respond_by=moment(data.get("dueAt") or data.get("due_at")),
        taken_minor=amount_minor if status == DisputeStatus.LOST else 0,
        opened_at=moment(data.get("createdAt") or data.get("created_at")),
    )


def record(kind: RecordKind, data: dict[str, Any]) -> GatewayRecord:
    """One line of Paystack's own list."""
    if kind == RecordKind.REFUND:
        move = refunded(data)
        reference, gateway_id, status, fee_minor = move.reference, move.gateway_id, move.status.value, 0
    elif kind == RecordKind.TRANSFER:
        sent = transferred(data)
        reference, gateway_id, status, fee_minor = sent.reference, sent.gateway_id, sent.status.value, sent.fee_minor
    else:
        charge = verified(data)
        reference, gateway_id, status = charge.reference, charge.gateway_id, charge.status.value
        fee_minor = charge.fee_minor
    return GatewayRecord(
        kind=kind,
        gateway_id=gateway_id,
        reference=reference,
        status=status,
        amount_minor=integer(data.get("amount")),
        currency=text(data.get("currency")).upper(),
        fee_minor=fee_minor,
        created_at=moment(data.get("createdAt") or data.get("created_at")) or EPOCH,
        line_id=text(data.get("id")),
        charge_reference=_transaction_reference(data) if kind == RecordKind.REFUND else "",
        charge_id=text(data.get("transaction")) if kind == RecordKind.REFUND else "",
        environment=strings(data.get("metadata")).get("environment", ""),
    )


def is_subscription_of(row: dict[str, Any], order: RecurringOrder) -> bool:
    """Whether the subscription is what the order asks for, and still runs."""
    customer, plan = mapping(row.get("customer")), mapping(row.get("plan"))
    return (
        text(customer.get("customer_code")) == order.customer_gateway_id
        and text(plan.get("plan_code")) == order.plan_code
        and text(row.get("status")) not in SUBSCRIPTION_ENDS
    )


def renewal(event_type: str, data: dict[str, Any]) -> RenewalInfo | None:
    """What an invoice, the charge of a plan, or the end of a subscription tells. A plan's charge names no subscription."""
    customer, plan = mapping(data.get("customer")), mapping(data.get("plan"))
    who = {"plan_code": text(plan.get("plan_code")), "customer_gateway_id": text(customer.get("customer_code"))}
    if event_type == "charge.success":
        if not who["plan_code"]:
            return None
        return RenewalInfo(
            subscription_id="", charge_reference=text(data.get("reference")), charge_id=text(data.get("id")), **who
        )
    if event_type in {"subscription.not_renew", "subscription.disable"}:
        return RenewalInfo(subscription_id=text(data.get("subscription_code")), **who)
    charge = mapping(data.get("transaction"))
    if event_type == "invoice.update" and text(charge.get("status")) != "success":
        return None
    return RenewalInfo(
        subscription_id=text(mapping(data.get("subscription")).get("subscription_code")),
        charge_reference=text(charge.get("reference")),
        message=text(data.get("description")) or "The card was declined.",
        **who,
    )


def _refund_identity(data: dict[str, Any]) -> str:
    """What tells one refund's event from another's, since those carry no id and often no refund reference."""
    own = text(data.get("refund_reference"))
    charge = _transaction_reference(data)
    return own or (f"{charge}:{integer(data.get('amount'))}" if charge else "")


def event(payload: dict[str, Any]) -> GatewayEvent:
    """A signed event. Paystack numbers none, so type and subject make the id."""
    data = mapping(payload.get("data"))
    event_type = text(payload.get("event"))
    kind = EVENT_KINDS.get(event_type, EventKind.UNKNOWN)
    subject_id = text(data.get("id")) or text(data.get("transfer_code"))
    reference = text(data.get("reference"))
    is_renewal = kind in {EventKind.RENEWAL_PAID, EventKind.RENEWAL_FAILED, EventKind.RENEWALS_ENDED}
    renewed = renewal(event_type, data) if is_renewal or event_type == "charge.success" else None
    if renewed is not None:
        kind = EventKind.RENEWAL_PAID if event_type == "charge.success" else kind
        subject_id = subject_id or text(data.get("invoice_code") or data.get("subscription_code"))
        reference = reference or renewed.charge_reference
    elif is_renewal:
        kind = EventKind.UNKNOWN
    refund = refunded(data) if kind == EventKind.REFUND_CHANGED else None
    if refund is not None:
        reference = refund.reference
    is_dispute = kind in {EventKind.DISPUTE_OPENED, EventKind.DISPUTE_CHANGED, EventKind.DISPUTE_CLOSED}
    return GatewayEvent(
        event_id=f"{event_type}:{subject_id or _refund_identity(data) or reference}"[:200],
        kind=kind,
        event_type=event_type,
        reference=reference or _transaction_reference(data),
        subject_id=subject_id,
        charge_id=subject_id if event_type.startswith("charge.") and not is_dispute else _transaction_reference(data),
        livemode=text(data.get("domain")) == "live",
        environment=strings(data.get("metadata")).get("environment", ""),
        raw=payload,
        refund=refund,
        transfer=transferred(data) if kind == EventKind.TRANSFER_CHANGED else None,
        dispute=disputed(data) if is_dispute else None,
        renewal=renewed,
    )
