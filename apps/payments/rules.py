"""Who may do what at the payment desk."""

from collections.abc import Sequence
from typing import Any

from apps.core.conf import setting
from apps.payments.models import Chargeback, Payment
from apps.payments.states import UNPAID_STATUSES, ChargebackStatus, Destination, RefundDestination, RefundStatus

PROPOSING_ROLES = frozenset({"ADMIN", "OPS"})
DECIDING_ROLES = frozenset({"ADMIN"})


def may_propose_refund(user: Any) -> bool:
    """Whether the person may propose refunds."""
    return bool(user.is_authenticated and user.role in PROPOSING_ROLES)


def may_decide_refund(user: Any) -> bool:
    """Whether the person may approve and deny refunds."""
    return bool(user.is_authenticated and user.role in DECIDING_ROLES)


def needs_two(amount_minor: int, currency: str) -> bool:
    """Whether so much goes back only where somebody approves it who has not proposed it."""
    return bool(amount_minor > setting("REFUND_SECOND_PERSON_ABOVE").get(currency, 0))


def can_be_verified(payment: Payment) -> bool:
    """Whether asking the gateway could still change the payment."""
    return payment.status in UNPAID_STATUSES and payment.sent_at is not None


def can_be_refunded(payment: Payment) -> bool:
    """Whether the payment still holds money that could be given back."""
    return payment.is_paid and any(
        share.left_minor > 0 and (share.hold_id or share.destination in {Destination.PERFORMER, Destination.PLATFORM})
        for share in payment.allocations.all()
    )


def why_not_parked_way(payment: Payment, way: RefundDestination) -> str:
    """Why the parked money cannot go this way, or nothing; what its item costs now is found out when it is proposed."""
    if payment.parked_minor <= 0:
        return "Nothing of it is parked."
    if any(each.is_parked and each.status == RefundStatus.PROPOSED for each in payment.refunds.all()):
        return "Where it goes has been proposed already."
    if way == RefundDestination.WALLET and payment.payer.is_guest:
        return "Nobody could open a guest's wallet."
    if way == RefundDestination.ITEM and payment.came_currency != payment.currency:
        return "It came in another currency."
    return ""


def awaits_evidence(chargeback: Chargeback) -> bool:
    """Whether the bank waits for our side and has not got it."""
    is_asked = chargeback.status in {ChargebackStatus.INQUIRY, ChargebackStatus.NEEDS_RESPONSE}
    return is_asked and chargeback.evidence_sent_at is None


def fewest_that_cover(wanted: int, amounts: Sequence[int]) -> list[int]:
    """Indices of amounts that together cover ``wanted``: the largest, then the smallest that covers the rest; or all."""
    left, free, chosen = wanted, sorted(range(len(amounts)), key=lambda index: (amounts[index], index)), []
    while left > 0 and free:
        best = next((index for index in free if amounts[index] >= left), free[-1])
        free.remove(best)
        chosen.append(best)
        left -= amounts[best]
    return chosen
