"""What the platform's plans give, as ADMIN edits it, and subscriptions that operations end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog import operations as catalog
from apps.core import audit
from apps.core.errors import NotAllowed
from apps.subscriptions import rules
from apps.subscriptions.errors import NoSuchPlan, SubscriptionNotRunning
from apps.subscriptions.models import Plan, Subscription
from apps.subscriptions.models.subscription import effects_of
from apps.subscriptions.operations._locks import lock_subscription
from apps.subscriptions.operations.month import end
from apps.subscriptions.states import FREE_PLAN, LIVING, EndReason


@transaction.atomic
def edit_plan(*, plan_id: UUID, changes: Mapping[str, Any], by: Any, at: datetime) -> Plan:
    """The plan gives what ``changes`` say, to everybody who is on it. Raises: NotAllowed, NoSuchPlan."""
    if not rules.may_price_plans(by):
        raise NotAllowed
    plan: Plan | None = Plan.objects.locked().filter(pk=plan_id).first()
    if plan is None:
        raise NoSuchPlan
    before = {name: str(getattr(plan, name)) for name in changes}
    for name, value in changes.items():
        setattr(plan, name, value)
    plan.save()
    catalog.apply_plan_to_all(effects=effects_of(plan), at=at)
    after = {name: str(value) for name, value in changes.items()}
    audit.record("plan.edited", target=plan, by=by, at=at, before=before, after=after)
    return plan


@transaction.atomic
def put_on_free_plan(*, business_id: UUID, at: datetime) -> None:
    """A new business has what the free plan gives now."""
    free = Plan.objects.filter(code=FREE_PLAN).first()
    if free is not None:
        catalog.apply_plan(business_id=business_id, effects=effects_of(free), at=at)


@transaction.atomic
def end_now(*, subscription_id: UUID, reason: str, by: Any, at: datetime) -> Subscription:
    """Operations end it. Raises: NotAllowed, SubscriptionNotRunning where it has ended."""
    if not by.is_ops:
        raise NotAllowed
    subscription = lock_subscription(subscription_id)
    if subscription.state not in LIVING:
        raise SubscriptionNotRunning
    audit.record("subscription.ended_by_operations", target=subscription, by=by, at=at, reason=reason)
    end(subscription, EndReason.CALLED_OFF, at=at)
    return subscription
