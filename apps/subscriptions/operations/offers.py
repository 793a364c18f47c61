"""What practitioners offer their followers, and prices that change: told a month before they are asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.catalog import rules as catalog
from apps.catalog.models import StaffMember
from apps.core import audit
from apps.core.conf import timer
from apps.core.errors import Invalid, NotAllowed
from apps.core.money import Money
from apps.subscriptions import notices, rules
from apps.subscriptions.errors import NoSuchPlan
from apps.subscriptions.models import Plan, PlanPrice, PractitionerPlan, Subscription
from apps.subscriptions.operations.month import ask_gateway, leave_at_other_price


@transaction.atomic
def offer_plan(
    *, practitioner_id: UUID, name: str, description: str, price: Money, by: Any, at: datetime
) -> PractitionerPlan:
    """Followers can join it. Raises: NoSuchPlan where the practitioner is not theirs to manage, Invalid."""
    staff = _practitioner(practitioner_id, by)
    if price.currency != staff.business.currency:
        raise Invalid(errors={"price": [f"In {staff.business.currency}, as the business has it."]})
    made: PractitionerPlan = PractitionerPlan.objects.create(
        practitioner=staff, name=name, description=description, currency=price.currency,
        price_minor=price.amount_minor, created_at=at,
    )  # fmt: skip
    audit.record("practitioner_plan.offered", target=made, by=by, at=at, after={"price_minor": made.price_minor})
    return made


@transaction.atomic
def edit_offer(
    *, practitioner_id: UUID, plan_id: UUID, changes: Mapping[str, Any], price: Money | None, by: Any, at: datetime
) -> PractitionerPlan:
    """The plan is as ``changes`` say. Followers pay a new price from the first month that begins 30 days later on.

    Raises: NoSuchPlan, Invalid.
    """
    staff = _practitioner(practitioner_id, by)
    plan: PractitionerPlan | None = PractitionerPlan.objects.locked().filter(pk=plan_id, practitioner=staff).first()
    if plan is None:
        raise NoSuchPlan
    before = {"price_minor": plan.price_minor, "is_active": plan.is_active}
    for name, value in changes.items():
        setattr(plan, name, value)
    if price is not None:
        if price.currency != plan.currency:
            raise Invalid(errors={"price": [f"In {plan.currency}, as the plan is."]})
        if price.amount_minor != plan.price_minor:
            plan.price_minor = price.amount_minor
            _announce(Subscription.objects.filter(offer=plan), price.amount_minor, at=at)
    plan.save()
    audit.record(
        "practitioner_plan.edited", target=plan, by=by, at=at, before=before,
        after={"price_minor": plan.price_minor, "is_active": plan.is_active},
    )  # fmt: skip
    return plan


@transaction.atomic
def change_price(*, plan_id: UUID, price: Money, gateway_code: str | None = None, by: Any, at: datetime) -> PlanPrice:
    """Who subscribes from now on pays it; who has subscribed from the first month that begins 30 days later on.

    ``gateway_code``: the gateway's own plan that charges this price; empty where it renews none, None where it stays.
    Raises: NotAllowed, NoSuchPlan, Invalid for the free plan and for nothing.
    """
    if not rules.may_price_plans(by):
        raise NotAllowed
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NoSuchPlan
    if rules.is_free(plan) or price.amount_minor <= 0:
        raise Invalid("A plan that is sold has a price, and the free one has none.")
    row: PlanPrice | None = PlanPrice.objects.locked().filter(plan=plan, currency=price.currency).first()
    row = row or PlanPrice(plan=plan, currency=price.currency)
    before = {"price_minor": row.price_minor, "gateway_code": row.gateway_code, "currency": row.currency}
    row.price_minor = price.amount_minor
    row.gateway_code = row.gateway_code if gateway_code is None else gateway_code
    row.save()
    after = {"price_minor": row.price_minor, "gateway_code": row.gateway_code, "currency": row.currency}
    if before != after:
        audit.record("plan.priced", target=plan, by=by, at=at, before=before, after=after)
    if before["price_minor"] != row.price_minor:
        _announce(Subscription.objects.filter(plan=plan, currency=price.currency), price.amount_minor, at=at)
    return row


def _announce(subscriptions: QuerySet[Subscription], price_minor: int, *, at: datetime) -> None:
    starts_at = at + timer("SUBSCRIPTION_PRICE_NOTICE")
    for subscription in subscriptions.with_names().living().locked():  # type: ignore[attr-defined]  # our own query set
        is_same = subscription.price_minor == price_minor
        subscription.next_price_minor = None if is_same else price_minor
        subscription.next_price_from = None if is_same else starts_at
        if subscription.gives:
            leave_at_other_price(subscription)
            ask_gateway(subscription)
        subscription.save()
        if not is_same and subscription.gives:
            notices.tell_price_change(subscription, at=at)


def _practitioner(practitioner_id: UUID, by: Any) -> StaffMember:
    staff: StaffMember | None = (
        StaffMember.objects.public().select_related("business").filter(pk=practitioner_id).first()
    )
    if staff is None or not catalog.may_edit_practitioner(by, staff):
        raise NoSuchPlan("There is no such practitioner.")
    return staff
