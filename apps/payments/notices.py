"""The words that the payment desk sends: which message, to whom, with which values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts.models import User
from apps.catalog.queries import owner_user_ids
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.payments.models import Chargeback, Payment, Refund
from apps.payments.states import DECIDED_FOR_US, ChargebackStatus, Destination, RefundDestination, RefundStatus


def tell_refund_failed(refund: Refund, *, at: datetime) -> None:
    """The customer knows that the bank did not take the money, and that the wallet has it."""
    if refund.payment.payer.is_guest:
        return
    context = {
        "amount": Money(refund.amount_minor, refund.currency),
        "payment_reference": refund.payment.reference,
        "reason": refund.problem,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/wallet",
    }
    notify_many(
        [
            Notice(
                kind=kinds.REFUND_FAILED, user=refund.payment.payer_id, context=context,
                dedupe_key=f"refund_failed:{refund.pk}",
            )
        ],
        at=at,
    )  # fmt: skip


def tell_in_wallet(payment: Payment, amount_minor: int, *, at: datetime) -> None:
    """The payer knows that so much of what they paid is in the wallet, because nothing was left for it to pay."""
    if payment.payer.is_guest:
        return
    _tell_payer(payment, kinds.PAYMENT_IN_WALLET, Money(amount_minor, payment.currency), "/wallet", payment.pk, at=at)


def tell_parked_given_on(refund: Refund, *, at: datetime) -> None:
    """The payer knows where money of theirs went that had fitted nothing."""
    kind, page = {
        RefundDestination.GATEWAY: (kinds.PAYMENT_GIVEN_BACK, f"/payments/{refund.payment.reference}"),
        RefundDestination.WALLET: (kinds.PAYMENT_CREDITED, "/wallet"),
        RefundDestination.ITEM: (kinds.PAYMENT_APPLIED, f"/payments/{refund.payment.reference}"),
    }[RefundDestination(refund.destination)]
    _tell_payer(refund.payment, kind, Money(refund.amount_minor, refund.currency), page, refund.pk, at=at)


def _tell_payer(payment: Payment, kind: Any, amount: Money, page: str, about: object, *, at: datetime) -> None:
    shares = payment.allocations.order_by("pk").values_list("description", flat=True)
    context = {
        "amount": amount,
        "payment_reference": payment.reference,
        "description": ", ".join(dict.fromkeys(each for each in shares if each))[:200] or payment.reference,
        "manage_url": f"{settings.PUBLIC_BASE_URL}{page}",
    }
    notice = Notice(
        kind=kind, user=payment.payer_id, context=context, subject=payment, dedupe_key=f"{kind}:{about}"
    )  # fmt: skip
    notify_many([notice], at=at)


def tell_chargeback(chargeback: Chargeback, *, at: datetime) -> None:
    """Operations know of it, and whose money is in question, once the bank claims any."""
    _send(chargeback, kinds.CHARGEBACK_OPENED_OPS, ops(), {}, at=at)
    if chargeback.status != ChargebackStatus.INQUIRY:
        tell_claimed(chargeback, at=at)


def tell_claimed(chargeback: Chargeback, *, at: datetime) -> None:
    """The bank claims money, which an inquiry does not: whose it is knows of it."""
    _tell_businesses(chargeback, kinds.CHARGEBACK_OPENED, at=at)
    tell_credits_claimed(chargeback, at=at)


def tell_credits_claimed(chargeback: Chargeback, *, at: datetime) -> None:
    """The customer knows how much of the credits that they bought is set aside, once for each amount."""
    _tell_of_credits(chargeback, kinds.CREDITS_CLAIMED, RefundStatus.APPROVED, at=at)


def tell_closed(chargeback: Chargeback, *, at: datetime) -> None:
    """Whose money was in question knows how the bank has decided."""
    if chargeback.status == ChargebackStatus.LOST:
        _tell_businesses(chargeback, kinds.CHARGEBACK_LOST, at=at)
        tell_credits_taken(chargeback, at=at)
    else:
        _tell_businesses(chargeback, kinds.CHARGEBACK_WON, at=at)
        _tell_of_credits(chargeback, kinds.CREDITS_CLAIM_DROPPED, RefundStatus.FAILED, problem=DECIDED_FOR_US, at=at)


def tell_credits_taken(chargeback: Chargeback, *, at: datetime) -> None:
    """The customer knows how much of the credits that they bought is gone, once for each amount."""
    _tell_of_credits(chargeback, kinds.CREDITS_CLAIM_TAKEN, RefundStatus.SUCCEEDED, at=at)


def _tell_of_credits(chargeback: Chargeback, kind: Any, status: RefundStatus, *, at: datetime, **more: str) -> None:
    parts = chargeback.refunds.filter(allocation__destination=Destination.CREDITS, status=status, **more)
    amount = sum(parts.values_list("amount_minor", flat=True))
    if amount:
        _tell_payer(
            chargeback.payment, kind, Money(amount, chargeback.currency), "/credits/", f"{chargeback.pk}:{amount}", at=at
        )  # fmt: skip


def tell_due(chargeback: Chargeback, *, at: datetime) -> None:
    """Operations know that evidence is due soon."""
    _send(chargeback, kinds.CHARGEBACK_DUE, ops(), {"due_by": chargeback.due_by}, at=at)


def ops() -> list[UUID]:
    """Operations' people."""
    return list(User.objects.ops().order_by("pk").values_list("pk", flat=True))


def _tell_businesses(chargeback: Chargeback, kind: Any, *, at: datetime) -> None:
    parts: dict[UUID, int] = {}
    for part in chargeback.refunds.select_related("allocation").order_by("pk"):
        business_id = part.allocation.business_id
        if business_id is not None:
            parts[business_id] = parts.get(business_id, 0) + part.amount_minor
    for business_id, amount_minor in parts.items():
        told = {"amount": Money(amount_minor, chargeback.currency)}
        _send(chargeback, kind, owner_user_ids(business_id), told, business_id=business_id, at=at)


def _send(
    chargeback: Chargeback,
    kind: Any,
    people: Iterable[UUID],
    told: dict[str, Any],
    *,
    business_id: UUID | None = None,
    at: datetime,
) -> None:
    payment = chargeback.payment
    shares = payment.allocations.order_by("pk").values_list("description", flat=True)
    context = {
        "amount": Money(chargeback.amount_minor, chargeback.currency),
        "payment_reference": payment.reference,
        "description": ", ".join(dict.fromkeys(each for each in shares if each)) or payment.reference,
        "reason": chargeback.reason,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/payments/{payment.reference}",
        **told,
    }
    notify_many(
        [
            Notice(
                kind=kind, user=person, context=context, business_id=business_id,
                dedupe_key=f"{kind}:{chargeback.pk}:{business_id or ''}",
            )
            for person in people
        ],
        at=at,
    )  # fmt: skip
