"""Who may do what at the payment desk."""

from typing import Any

from apps.payments.models import Payment
from apps.payments.states import UNPAID_STATUSES

PROPOSING_ROLES = frozenset({"ADMIN", "OPS"})
DECIDING_ROLES = frozenset({"ADMIN"})


def may_propose_refund(user: Any) -> bool:
    """Whether the person may propose refunds."""
    return bool(user.is_authenticated and user.role in PROPOSING_ROLES)


def may_decide_refund(user: Any) -> bool:
    """Whether the person may approve and deny refunds."""
    return bool(user.is_authenticated and user.role in DECIDING_ROLES)


def can_be_verified(payment: Payment) -> bool:
    """Whether asking the gateway could still change the payment."""
    return payment.status in UNPAID_STATUSES and payment.sent_at is not None


def can_be_refunded(payment: Payment) -> bool:
    """Whether the payment still holds money that could be given back."""
    return payment.is_paid and any(share.left_minor > 0 and share.hold_id for share in payment.allocations.all())
