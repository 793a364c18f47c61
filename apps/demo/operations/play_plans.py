"""Some of the demo's businesses are on plans, and some of its people follow practitioners, by the product's own operations."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.catalog.models import Business, StaffMember
from apps.core import clock
from apps.core.money import Money
from apps.demo.operations.play_history import pay
from apps.payments.operations import ItemToPay
from apps.subscriptions import operations as subscriptions
from apps.subscriptions.models import Subscription
from apps.subscriptions.queries import due_bill
from apps.subscriptions.states import ITEM_TYPE, PayFrom

BEGAN_BEFORE = timedelta(days=10)
# The first business has none, so that a visitor can choose one.
PLANS = {1: "PRO", 2: "PREMIUM", 5: "PRO"}
A_MONTH_MINOR = 250_000


def play_plans(*, businesses: Sequence[Business], customers: Sequence[User], at: datetime) -> None:
    """A few businesses are on larger plans; two customers follow somebody of the first one."""
    began_at = at - BEGAN_BEFORE
    with clock.frozen(began_at):
        for number, plan in PLANS.items():
            if number < len(businesses):
                _subscribe(businesses[number], plan, at=began_at)
        _follow(businesses[0], customers[:2], at=began_at)


def _subscribe(business: Business, plan: str, *, at: datetime) -> None:
    subscription = subscriptions.subscribe(
        business_id=business.pk, plan_code=plan, pay_from=PayFrom.CARD, by=business.owner, at=at
    )
    _pay(subscription, at=at)


def _follow(business: Business, followers: Sequence[User], *, at: datetime) -> None:
    practitioner = StaffMember.objects.public().filter(business=business).exclude(user=business.owner).first()
    if practitioner is None:
        return
    offer = subscriptions.offer_plan(
        practitioner_id=practitioner.pk, name="Inner circle", description="What I show to nobody else, every week.",
        price=Money(A_MONTH_MINOR, business.currency), by=business.owner, at=at,
    )  # fmt: skip
    for follower in followers:
        _pay(subscriptions.join(plan_id=offer.pk, pay_from=PayFrom.CARD, by=follower, at=at), at=at)


def _pay(subscription: Subscription, *, at: datetime) -> None:
    bill = due_bill(subscription)
    if bill is not None:
        pay([ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk)], subscription.payer, at=at)
