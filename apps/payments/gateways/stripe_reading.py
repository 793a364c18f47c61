"""Stripe's objects and events in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.payments.gateways.reading import integer, mapping, moment, optional_integer, strings, text
from apps.payments.gateways.values import (
    ChargeStatus,
    DisputeInfo,
    DisputeStatus,
    EventKind,
    GatewayEvent,
    GatewayRecord,
    MoveStatus,
    RecordKind,
    RefundResult,
    RenewalInfo,
    SavedAuthorization,
    TransferRecipient,
    TransferResult,
    VerifyResult,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

INTENT_STATUSES = {
    "succeeded": ChargeStatus.SUCCEEDED,
    "processing": ChargeStatus.PENDING,
    "requires_action": ChargeStatus.PENDING,
    "requires_capture": ChargeStatus.PENDING,
    "requires_payment_method": ChargeStatus.ABANDONED,
    "requires_confirmation": ChargeStatus.ABANDONED,
    "canceled": ChargeStatus.ABANDONED,
}
REFUND_STATUSES = {"succeeded": MoveStatus.SUCCEEDED, "failed": MoveStatus.FAILED, "canceled": MoveStatus.FAILED}
DISPUTE_STATUSES = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    "warning_closed": DisputeStatus.CLOSED,
    "prevented": DisputeStatus.CLOSED,
    "needs_response": DisputeStatus.NEEDS_RESPONSE,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
EVENT_KINDS = {
    "payment_intent.succeeded": EventKind.PAYMENT_SUCCEEDED,
    "charge.succeeded": EventKind.PAYMENT_SUCCEEDED,
    "checkout.session.completed": EventKind.PAYMENT_SUCCEEDED,
    "payment_intent.processing": EventKind.PAYMENT_PENDING,
    "payment_intent.payment_failed": EventKind.PAYMENT_FAILED,
    "charge.failed": EventKind.PAYMENT_FAILED,
    "payment_intent.canceled": EventKind.PAYMENT_CANCELLED,
    "charge.refunded": EventKind.REFUND_CHANGED,
    "charge.refund.updated": EventKind.REFUND_CHANGED,
    "refund.created": EventKind.REFUND_CHANGED,
    "refund.updated": EventKind.REFUND_CHANGED,
    "refund.failed": EventKind.REFUND_CHANGED,
    "charge.dispute.created": EventKind.DISPUTE_OPENED,
    "charge.dispute.updated": EventKind.DISPUTE_CHANGED,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTE_CHANGED,
    "charge.dispute.funds_reinstated": EventKind.DISPUTE_CHANGED,
    "charge.dispute.closed": EventKind.DISPUTE_CLOSED,
    "transfer.created": EventKind.TRANSFER_CHANGED,
    "transfer.updated": EventKind.TRANSFER_CHANGED,
    "transfer.reversed": EventKind.TRANSFER_CHANGED,
    "account.updated": EventKind.ACCOUNT_CHANGED,
    "payout.paid": EventKind.ACCOUNT_CHANGED,
    "payout.failed": EventKind.ACCOUNT_CHANGED,
    "invoice.paid": EventKind.RENEWAL_PAID,
    "invoice.payment_failed": EventKind.RENEWAL_FAILED,
    "customer.subscription.deleted": EventKind.RENEWALS_ENDED,
}
RENEWAL_KINDS = {EventKind.RENEWAL_PAID, EventKind.RENEWAL_FAILED, EventKind.RENEWALS_ENDED}


def verified(intent: dict[str, Any]) -> VerifyResult:
    """A payment intent, with its last charge where that was asked for."""
    charge = mapping(intent.get("latest_charge"))
    status = INTENT_STATUSES.get(text(intent.get("status")), ChargeStatus.PENDING)
    problem = mapping(intent.get("last_payment_error"))
    if status == ChargeStatus.ABANDONED and problem:
        status = ChargeStatus.FAILED
    is_paid = status == ChargeStatus.SUCCEEDED
    metadata = strings(intent.get("metadata"))
    return VerifyResult(
        status=status,
        reference=metadata.get("reference", ""),
        amount_minor=integer(intent.get("amount_received") if is_paid else intent.get("amount")),
        currency=text(intent.get("currency")).upper(),
        fee_minor=integer(mapping(charge.get("balance_transaction")).get("fee")),
        paid_at=moment(charge.get("created") or intent.get("created")) if is_paid else None,
        gateway_id=text(intent.get("id")),
        method=text(mapping(charge.get("payment_method_details")).get("type")).upper(),
        livemode=intent.get("livemode") is True,
        authorization=_authorization(intent, charge),
        message=text(problem.get("message")),
        metadata=metadata,
    )


def _authorization(intent: dict[str, Any], charge: dict[str, Any]) -> SavedAuthorization | None:
    token = text(intent.get("payment_method")) or text(mapping(intent.get("payment_method")).get("id"))
    card = mapping(mapping(charge.get("payment_method_details")).get("card"))
    if not token or not card:
        return None
    return SavedAuthorization(
        token=token,
        customer_gateway_id=text(intent.get("customer")),
        method="CARD",
        brand=text(card.get("brand")),
        last4=text(card.get("last4"))[-4:],
        expiry_month=optional_integer(card.get("exp_month")),
        expiry_year=optional_integer(card.get("exp_year")),
        is_reusable=text(intent.get("setup_future_usage")) == "off_session" and bool(intent.get("customer")),
    )


def refunded(refund: dict[str, Any], *, reference: str = "") -> RefundResult:
    """A refund; pending and requires-action are still under way."""
    return RefundResult(
        status=REFUND_STATUSES.get(text(refund.get("status")), MoveStatus.PENDING),
        reference=reference or strings(refund.get("metadata")).get("reference", ""),
        gateway_id=text(refund.get("id")),
        amount_minor=integer(refund.get("amount")),
        currency=text(refund.get("currency")).upper(),
        message=text(refund.get("failure_reason")),
    )


def transferred(transfer: dict[str, Any]) -> TransferResult:
    """A transfer to a connected account: done when made, unless reversed."""
    return TransferResult(
        status=MoveStatus.REVERSED if transfer.get("reversed") is True else MoveStatus.SUCCEEDED,
        reference=strings(transfer.get("metadata")).get("reference", ""),
        gateway_id=text(transfer.get("id")),
        amount_minor=integer(transfer.get("amount")),
        currency=text(transfer.get("currency")).upper(),
    )


def recipient(account: dict[str, Any]) -> TransferRecipient:
    """A connected account; the name is that of its owner as Stripe has checked it, where it tells."""
    person, company = mapping(account.get("individual")), mapping(account.get("company"))
    names = (text(person.get("first_name")), text(person.get("last_name")))
    return TransferRecipient(
        gateway_id=text(account.get("id")),
        account_name=" ".join(name for name in names if name) or text(company.get("name")),
        is_ready=account.get("payouts_enabled") is True,
    )


def disputed(dispute: dict[str, Any]) -> DisputeInfo:
    """A customer's bank asks for its money back: Stripe takes it at once, and gives it back when we win."""
    found = dispute.get("balance_transactions")
    lines = [mapping(line) for line in found] if isinstance(found, list) else []
    return DisputeInfo(
        gateway_id=text(dispute.get("id")),
        payment_reference=strings(dispute.get("metadata")).get("reference", ""),
        payment_gateway_id=text(dispute.get("payment_intent")),
        amount_minor=integer(dispute.get("amount")),
        currency=text(dispute.get("currency")).upper(),
        fee_minor=max(sum(integer(line.get("fee")) for line in lines), 0),
        reason=text(dispute.get("reason")),
        status=DISPUTE_STATUSES.get(text(dispute.get("status")), DisputeStatus.NEEDS_RESPONSE),
        respond_by=moment(mapping(dispute.get("evidence_details")).get("due_by")),
        taken_minor=max(-sum(integer(line.get("amount")) for line in lines), 0),
        opened_at=moment(dispute.get("created")),
    )


def record(kind: RecordKind, row: dict[str, Any]) -> GatewayRecord:
    """One line of Stripe's own list. Charges go by the id of their payment intent, as everywhere else."""
    status = {
        RecordKind.CHARGE: ChargeStatus.SUCCEEDED if row.get("status") == "succeeded" else ChargeStatus.FAILED,
        RecordKind.REFUND: refunded(row).status,
        RecordKind.TRANSFER: transferred(row).status,
    }[kind]
    identity = text(row.get("payment_intent")) if kind == RecordKind.CHARGE else ""
    metadata = strings(row.get("metadata"))
    return GatewayRecord(
        kind=kind,
        gateway_id=identity or text(row.get("id")),
        reference=metadata.get("reference", ""),
        status=status.value,
        amount_minor=integer(row.get("amount_captured") or row.get("amount")),
        currency=text(row.get("currency")).upper(),
        fee_minor=integer(mapping(row.get("balance_transaction")).get("fee")),
        created_at=moment(row.get("created")) or EPOCH,
        line_id=text(row.get("id")),
        charge_id=text(row.get("payment_intent")) if kind == RecordKind.REFUND else "",
        environment=metadata.get("environment", ""),
    )


def _bank_problem(payout: dict[str, Any]) -> str:
    return text(payout.get("failure_message")) or "The bank of the connected account refused the money."


def renewal(kind: EventKind, thing: dict[str, Any]) -> RenewalInfo | None:
    """What an invoice, or the end of a subscription, tells; None of an invoice of nothing, such as for a trial.

    Newer versions of Stripe's events do not say what has paid the invoice: then the invoice itself stands for its charge.
    """
    if kind == EventKind.RENEWALS_ENDED:
        return RenewalInfo(subscription_id=text(thing.get("id")))
    if kind not in RENEWAL_KINDS or not integer(thing.get("amount_due")):
        return None
    details = mapping(mapping(thing.get("parent")).get("subscription_details"))
    paid = mapping(thing.get("payments")).get("data")
    first = mapping(mapping(paid[0]).get("payment")) if isinstance(paid, list) and paid else {}
    return RenewalInfo(
        subscription_id=text(thing.get("subscription")) or text(details.get("subscription")),
        charge_id=text(thing.get("payment_intent")) or text(first.get("payment_intent")) or text(thing.get("id")),
        message=text(mapping(thing.get("last_finalization_error")).get("message")) or "The card was declined.",
    )


def event(payload: dict[str, Any]) -> GatewayEvent:
    """A signed event, whatever its API version."""
    thing = mapping(mapping(payload.get("data")).get("object"))
    event_type = text(payload.get("type"))
    kind = EVENT_KINDS.get(event_type, EventKind.UNKNOWN)
    renewed = renewal(kind, thing)
    if kind in RENEWAL_KINDS and renewed is None:
        kind = EventKind.UNKNOWN
    metadata = strings(thing.get("metadata"))
    is_dispute = kind in {EventKind.DISPUTE_OPENED, EventKind.DISPUTE_CHANGED, EventKind.DISPUTE_CLOSED}
    is_refund = text(thing.get("object")) == "refund"
    is_intent = text(thing.get("object")) == "payment_intent"
    return GatewayEvent(
        event_id=text(payload.get("id"))[:200],
        kind=kind,
        event_type=event_type,
        reference=metadata.get("reference") or text(thing.get("client_reference_id")),
        subject_id=text(thing.get("id")),
        charge_id=text(thing.get("id"))
        if is_intent
        else renewed.charge_id
        if renewed
        else text(thing.get("payment_intent")),
        livemode=payload.get("livemode") is True,
        environment=metadata.get("environment", ""),
        raw=payload,
        refund=refunded(thing) if kind == EventKind.REFUND_CHANGED and is_refund else None,
        transfer=transferred(thing) if kind == EventKind.TRANSFER_CHANGED else None,
        account_id=text(payload.get("account")) or text(thing.get("id")) if kind == EventKind.ACCOUNT_CHANGED else "",
        account_problem=_bank_problem(thing) if event_type == "payout.failed" else "",
        dispute=disputed(thing) if is_dispute else None,
        renewal=renewed,
    )
