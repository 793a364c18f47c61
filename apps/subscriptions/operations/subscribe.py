"""A business chooses a plan of the platform; a follower joins a practitioner's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core import audit
from apps.core.api.fields import money_out
from apps.core.conf import timer
from apps.ledger.queries import available_to_business
from apps.subscriptions.errors import (
    AlreadySubscribed,
    NoSuchPlan,
    NotEnoughAvailable,
    OwnPlan,
    PlanNotOffered,
)
from apps.subscriptions.models import Bill, Plan, PractitionerPlan, Subscription
from apps.subscriptions.operations._locks import owned_business
from apps.subscriptions.operations.month import end, pay_from_available
from apps.subscriptions.queries import price_of
from apps.subscriptions.states import BillKind, EndReason, PayFrom, SubscriptionState


@transaction.atomic
def subscribe(*, business_id: UUID, plan_code: str, pay_from: PayFrom, by: Any, at: datetime) -> Subscription:
    """The business is on the plan at once where it pays out of what it can withdraw; else its first month is to be paid.

    One that was chosen before and never paid makes room.
    Raises: BusinessNotFound, NotYourBusiness, NoSuchPlan, PlanNotOffered, AlreadySubscribed, NotEnoughAvailable.
    """
    business = owned_business(business_id, by)
    plan = Plan.objects.filter(code=plan_code, is_active=True).first()
    if plan is None:
        raise NoSuchPlan
    price = price_of(plan, business.currency)
    if price is None or (pay_from == PayFrom.GATEWAY and not price.gateway_code):
        raise PlanNotOffered
    _make_room(Subscription.objects.filter(business=business), at=at)
    subscription = _choose(
        business=business, plan=plan, payer=by, currency=business.currency, price_minor=price.price_minor,
        pay_from=pay_from, due_at=at + timer("SUBSCRIPTION_UNPAID"), created_at=at,
    )  # fmt: skip
    bill = _first_bill(subscription, at=at)
    audit.record(
        "subscription.chosen", target=subscription, by=by, at=at, after={"plan": plan.code, "pay_from": pay_from}
    )
    if pay_from == PayFrom.AVAILABLE and not pay_from_available(subscription, bill, at=at):
        raise not_enough(subscription, bill)
    return subscription


@transaction.atomic
def join(*, plan_id: UUID, pay_from: PayFrom, by: Any, at: datetime) -> Subscription:
    """The person follows the practitioner once the first month is paid. Raises: NoSuchPlan, OwnPlan, AlreadySubscribed."""
    offer: PractitionerPlan | None = (
        PractitionerPlan.objects.select_related("practitioner__business").filter(pk=plan_id, is_active=True).first()
    )
    if offer is None or not offer.practitioner.has_public_page or not offer.practitioner.is_active:
        raise NoSuchPlan
    business = offer.practitioner.business
    if not business.is_bookable:
        raise NoSuchPlan
    if by.pk in {offer.practitioner.user_id, business.owner_id}:
        raise OwnPlan
    _make_room(Subscription.objects.filter(payer=by, practitioner=offer.practitioner), at=at)
    subscription = _choose(
        practitioner=offer.practitioner, offer=offer, payer=by, currency=offer.currency,
        price_minor=offer.price_minor, pay_from=pay_from, due_at=at + timer("SUBSCRIPTION_UNPAID"), created_at=at,
    )  # fmt: skip
    _first_bill(subscription, at=at)
    return subscription


def not_enough(subscription: Subscription, bill: Bill) -> NotEnoughAvailable:
    """What is told where a business cannot pay out of what it can withdraw."""
    there = available_to_business(subscription.business_id, bill.currency) if subscription.business_id else 0
    return NotEnoughAvailable(
        data={"needed": money_out(bill.amount_minor, bill.currency), "available": money_out(there, bill.currency)}
    )


def _make_room(same: Any, *, at: datetime) -> None:
    """Raises: AlreadySubscribed unless what there is was never paid."""
    living = same.with_names().living().locked().first()
    if living is None:
        return
    if living.state != SubscriptionState.INCOMPLETE:
        raise AlreadySubscribed(data={"id": str(living.pk)})
    end(living, EndReason.REPLACED, at=at)


def _choose(**fields: Any) -> Subscription:
    try:
        with transaction.atomic():
            made: Subscription = Subscription.objects.create(**fields)
    except IntegrityError as error:
        if "subscription_one_living" not in str(error):
            raise
        raise AlreadySubscribed from error
    return made


def _first_bill(subscription: Subscription, *, at: datetime) -> Bill:
    made: Bill = Bill.objects.create(
        subscription=subscription, kind=BillKind.MONTH, number=0, plan=subscription.plan,
        currency=subscription.currency, amount_minor=subscription.price_minor, pay_until=subscription.due_at,
        created_at=at,
    )  # fmt: skip
    return made
