"""Who may do what with plans."""

from typing import Any

from apps.catalog.models import Business
from apps.catalog.rules import is_owner
from apps.subscriptions.models import Plan
from apps.subscriptions.states import FREE_PLAN


def may_price_plans(user: Any) -> bool:
    """Whether the person sets what the platform's plans cost and give."""
    return bool(user.is_authenticated and user.role == "ADMIN")


def is_free(plan: Plan) -> bool:
    """Whether it is what every business has that subscribes to nothing."""
    return bool(plan.code == FREE_PLAN)


def may_see_subscription(user: Any, business: Business) -> bool:
    """Whether the person sees what the business pays: its owner, and the marketplace's people."""
    return is_owner(user, business) or bool(user.is_authenticated and user.is_ops)
