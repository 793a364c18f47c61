"""Booking what a gateway says about a charge: whoever hears of it first, it happens once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.events import publish
from apps.core.money import money_words
from apps.credits import operations as purse
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger import queries as ledger_queries
from apps.payments import notices
from apps.payments.events import PaidItem, PaymentCaptured, PaymentFailed, PaymentNeedsReview, PaymentPending
from apps.payments.gateways.values import ChargeStatus, VerifyResult
from apps.payments.models import Payment, PaymentAllocation, WebhookEvent
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.calling import gateway_named
from apps.payments.operations.methods import remember_method
from apps.payments.operations.parts import back_parts, has_its_parts, note_unspent, set_free
from apps.payments.states import AllocationState, Destination, PaymentStatus, WebhookState


def settle_payment(payment: Payment, result: VerifyResult, *, at: datetime) -> None:
    """The payment is where the gateway says it is. Its row is locked by the caller; repeating changes nothing.

    What was due is in escrow, one hold per thing; too much goes to the wallet; too little, another currency or another
    reference goes to suspense and is looked at by a person.
    """
    if payment.is_settled:
        return
    if result.status == ChargeStatus.SUCCEEDED:
        problem = _misfit(payment, result)
        if problem:
            _hold_for_review(payment, result, problem, at=at)
        else:
            _capture(payment, result, at=at)
    elif result.status == ChargeStatus.PENDING and payment.status != PaymentStatus.PENDING:
        payment.note_on_its_way()
        payment.save()
        publish(
            PaymentPending(
                payment_id=payment.pk, payer_id=payment.payer_id, noticed_at=at, allocations=paid_items(payment)
            )
        )
    elif result.status == ChargeStatus.FAILED and payment.status in {PaymentStatus.INITIALIZED, PaymentStatus.PENDING}:
        set_free(payment, at=at)
        payment.fail(problem=result.message or "The payment was refused.")
        payment.save()
        publish(
            PaymentFailed(
                payment_id=payment.pk,
                payer_id=payment.payer_id,
                message=payment.problem,
                failed_at=at,
                allocations=paid_items(payment),
            )
        )


def paid_items(payment: Payment) -> tuple[PaidItem, ...]:
    """The shares of the payment as events carry them."""
    return tuple(as_paid_item(share) for share in payment.allocations.order_by("pk"))


def as_paid_item(share: PaymentAllocation) -> PaidItem:
    """One share as events carry it."""
    return PaidItem(
        allocation_id=share.pk,
        item_type=share.item_type,
        item_id=share.item_id,
        kind=share.kind,
        amount_minor=share.amount_minor,
        unit_type=share.unit_type,
        unit_id=share.unit_id,
        hold_id=share.hold_id,
    )


def _misfit(payment: Payment, result: VerifyResult) -> str:
    if result.reference and result.reference != payment.reference:
        return f"The gateway speaks of {result.reference}."
    if result.livemode is not None and result.livemode != gateway_named(payment.gateway).livemode:
        return "The charge was made in another mode than ours."
    if result.currency != payment.currency:
        return f"{result.currency} came where {payment.currency} was due."
    if result.amount_minor < payment.gateway_minor:
        came, due = (money_words(each, payment.currency) for each in (result.amount_minor, payment.gateway_minor))
        return f"{came} came where {due} was due."
    return ""


def _hold_for_review(payment: Payment, result: VerifyResult, problem: str, *, at: datetime) -> None:
    is_ours = not result.reference or result.reference == payment.reference
    if is_ours and result.amount_minor > 0:
        ledger.park_in_suspense(
            source=addresses.gateway_clearing(payment.gateway, result.currency),
            currency=result.currency,
            amount_minor=result.amount_minor,
            reason=problem,
            idempotency_key=f"suspense:{payment.gateway}:{payment.pk}",
            cause_type="PAYMENT",
            cause_id=payment.pk,
            at=at,
        )
        # What the gateway kept of it is gone whatever becomes of the rest.
        ledger.record_gateway_fee(
            payment_id=payment.pk, gateway=payment.gateway, currency=result.currency, fee_minor=result.fee_minor, at=at
        )
        payment.fee_minor = result.fee_minor
    if is_ours and result.currency == payment.currency:
        payment.captured_minor = result.amount_minor
    elif is_ours and result.amount_minor > 0:
        payment.stray_minor, payment.stray_currency = result.amount_minor, result.currency
    set_free(payment, at=at)
    payment.gateway_id = payment.gateway_id or result.gateway_id
    payment.hold_for_review(problem=problem, at=at)
    payment.save()
    alert_ops("needs_review", target=payment, at=at, reason=problem)
    publish(
        PaymentNeedsReview(
            payment_id=payment.pk,
            payer_id=payment.payer_id,
            reason=problem,
            noticed_at=at,
            allocations=paid_items(payment),
        )
    )


def _capture(payment: Payment, result: VerifyResult, *, at: datetime) -> None:
    shares = list(payment.allocations.order_by("pk"))
    paid_before = _paid_before(shares) if has_its_parts(payment, at=at) else None
    unpaid = [] if paid_before is None else [share for share in shares if share.pk not in paid_before]
    holds = _post(payment, unpaid, result, at=at)
    for share in shares:
        if share not in unpaid:
            share.credit()
        elif share.destination != Destination.ESCROW:
            share.fund(hold_id=None)
        elif hold_id := holds.get((share.unit_type, share.unit_id)):
            share.fund(hold_id=hold_id)
        else:
            share.credit()
        share.save()
    payment.gateway_id = payment.gateway_id or result.gateway_id
    payment.succeed(
        paid_at=result.paid_at or at,
        captured_minor=result.amount_minor,
        fee_minor=result.fee_minor,
        paid_with=result.method,
    )
    payment.save()
    for share in shares:
        if share.destination == Destination.CREDITS and share.state == AllocationState.FUNDED:
            purse.receive_purchase(purchase_id=share.item_id, payment_id=payment.pk, at=at)
    if payment.save_method and result.authorization is not None and result.authorization.is_reusable:
        remember_method(owner_id=payment.payer_id, gateway=payment.gateway, authorization=result.authorization)
    _wake_parked_events(payment, at=at)
    publish(
        PaymentCaptured(
            payment_id=payment.pk,
            payer_id=payment.payer_id,
            reference=payment.reference,
            currency=payment.currency,
            amount_minor=payment.amount_minor,
            captured_at=at,
            allocations=tuple(as_paid_item(share) for share in shares if share.state == "FUNDED"),
            credited=tuple(as_paid_item(share) for share in shares if share.state == "CREDITED"),
        )
    )


def _paid_before(shares: list[PaymentAllocation]) -> set[UUID]:
    """Tips, credits and what is the platform's that another payment has paid; no hold tells, so all shares of the same are locked, in one order."""
    tips = {share.item_id: share for share in shares if share.destination != Destination.ESCROW}
    if not tips:
        return set()
    types = {share.item_type for share in tips.values()}
    same = PaymentAllocation.objects.filter(item_type__in=types, item_id__in=tips).locked()
    return {tips[share.item_id].pk for share in same if share.state != AllocationState.DUE}


def _post(
    payment: Payment, shares: list[PaymentAllocation], result: VerifyResult, *, at: datetime
) -> dict[tuple[str, Any], Any]:
    key = f"fund:{payment.gateway}:{payment.pk}"
    funding = ledger.fund_payment(
        payment_id=payment.pk,
        gateway=payment.gateway,
        currency=payment.currency,
        amount_minor=result.amount_minor,
        payer_id=payment.payer_id,
        allocations=[
            ledger.FundAllocation(
                unit_type=share.unit_type,
                unit_id=share.unit_id,
                business_id=share.business_id,
                customer_id=payment.payer_id,
                amount_minor=share.amount_minor,
                commission_rate_bp=share.commission_rate_bp,
                plan_rate_bp=share.plan_rate_bp,
            )
            for share in shares
            if share.destination == Destination.ESCROW and share.business_id
        ],
        tips=[
            ledger.TipAllocation(
                performer_id=share.performer_id, amount_minor=share.amount_minor, has_left=share.performer_has_left
            )
            for share in shares
            if share.destination == Destination.PERFORMER and share.performer_id
        ],
        idempotency_key=key,
        credits_minor=sum(share.amount_minor for share in shares if share.destination == Destination.CREDITS),
        platform_minor=sum(share.amount_minor for share in shares if share.destination == Destination.PLATFORM),
        parts=payment.parts if shares else None,
        fee_minor=result.fee_minor,
        at=at,
    )
    _spend(payment, result, funding.excess_minor if shares else None, at=at)
    if funding.excess_minor and (in_wallet := ledger_queries.put_in_wallet(key)):
        notices.tell_in_wallet(payment, in_wallet, at=at)
    return {(hold.unit_type, hold.unit_id): hold.hold_id for hold in funding.holds}


def _spend(payment: Payment, result: VerifyResult, excess_minor: int | None, *, at: datetime) -> None:
    """What was set aside is spent; what of the payment has paid for nothing is where it came from.

    With ``excess_minor`` None nothing of what had been promised could be taken any more, so that the payer's wallet has
    what came through the gateway.
    """
    if not payment.parts.total_minor:
        return
    if excess_minor is None:
        payment.gateway_back_minor = payment.gateway_minor
        payment.wallet_back_minor, payment.credits_back_minor = payment.wallet_minor, payment.credits_minor
        payment.promotions_back_minor = payment.promotions_minor
        return
    purse.spend(payment_id=payment.pk, at=at)
    unspent = excess_minor - (result.amount_minor - payment.gateway_minor)
    note_unspent(payment, back_parts(payment, unspent), at=at)


def _wake_parked_events(payment: Payment, *, at: datetime) -> None:
    WebhookEvent.objects.filter(
        gateway=payment.gateway,
        subject__in=[value for value in (payment.reference, payment.gateway_id) if value],
        state=WebhookState.PARKED,
    ).update(next_attempt_at=at)
