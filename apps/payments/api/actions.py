"""What the caller could do next with a payment."""

from typing import Any

from apps.core.api.actions import AvailableAction
from apps.payments import rules
from apps.payments.models import Payment
from apps.payments.states import RefundDestination, RefundStatus

PARKED_EFFECTS = {
    RefundDestination.GATEWAY: ("give_back_parked", "Proposes to send all of it back the way it came."),
    RefundDestination.WALLET: ("credit_parked", "Proposes to put all of it into the payer's wallet."),
    RefundDestination.ITEM: ("apply_parked", "Proposes to pay with it now for what it was meant for."),
}


def actions_of(payment: Payment, user: Any) -> list[AvailableAction]:
    """Each action that the person could take, read off the rules that will decide it."""
    actions: list[AvailableAction] = []
    if payment.payer_id == user.pk or user.is_ops:
        can_verify = rules.can_be_verified(payment)
        actions.append(
            AvailableAction(
                name="verify",
                method="GET",
                path=f"/api/v1/payments/verify/{payment.reference}/",
                enabled=can_verify,
                reason=None if can_verify else "The payment is settled.",
                deadline=payment.expires_at if can_verify else None,
                money_effect="Books the money if the gateway has it.",
            )
        )
    if rules.may_propose_refund(user):
        can_refund = rules.can_be_refunded(payment)
        actions.append(
            AvailableAction(
                name="refund",
                method="POST",
                path=f"/api/v1/payments/{payment.pk}/refunds/",
                enabled=can_refund,
                reason=None if can_refund else "It holds no money that could be given back.",
                money_effect="Proposes to give money back; an administrator approves it.",
            )
        )
        if payment.parked_minor:
            actions.extend(_parked_ways(payment))
    if rules.may_decide_refund(user):
        for refund in payment.refunds.all():
            if refund.status == RefundStatus.PROPOSED and not refund.is_by_policy:
                actions.extend(
                    AvailableAction(
                        name=f"{verb}_refund",
                        method="POST",
                        path=f"/api/v1/refunds/{refund.pk}/{verb}/",
                        money_effect="Gives the money back." if verb == "approve" else None,
                    )
                    for verb in ("approve", "deny")
                )
    return actions


def _parked_ways(payment: Payment) -> list[AvailableAction]:
    """The ways that parked money may go, each proposed to the same address."""
    ways = []
    for way, (name, effect) in PARKED_EFFECTS.items():
        reason = rules.why_not_parked_way(payment, way)
        ways.append(
            AvailableAction(
                name=name,
                method="POST",
                path=f"/api/v1/payments/{payment.pk}/parked/",
                enabled=not reason,
                reason=reason or None,
                money_effect=f"{effect} An administrator approves it.",
            )
        )
    return ways
