"""What the edges and other apps may ask of subscriptions."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.catalog.models import Business
from apps.subscriptions.models import Bill, Plan, PlanPrice, PractitionerPlan, Subscription
from apps.subscriptions.states import FREE_PLAN, GIVING, BillState


def price_of(plan: Plan, currency: str) -> PlanPrice | None:
    """What the plan costs a month in the currency, or None where it is not sold in it."""
    found: PlanPrice | None = PlanPrice.objects.filter(plan=plan, currency=currency).first()
    return found


def plans_on_offer() -> QuerySet[Plan]:
    """The platform's plans with their prices, the smallest first."""
    offered: QuerySet[Plan] = Plan.objects.filter(is_active=True).order_by("rank")
    return offered.prefetch_related(Prefetch("prices", PlanPrice.objects.order_by("currency")))


def plan_with_seats(seats: int, currency: str) -> str | None:
    """The code of the smallest plan on offer in the currency with so many seats for people."""
    for plan in plans_on_offer():
        is_sold = plan.code == FREE_PLAN or any(price.currency == currency for price in plan.prices.all())
        if is_sold and (plan.staff_seats is None or plan.staff_seats >= seats):
            return str(plan.code)
    return None


def plan_of(business: Business) -> Plan:
    """The plan that the business is on, with its prices."""
    found: Plan = Plan.objects.prefetch_related("prices").get(code=business.plan_code)
    return found


def subscription_of(business: Business) -> Subscription | None:
    """The business's living subscription, or None where it is on the free plan."""
    found: Subscription | None = Subscription.objects.with_names().living().filter(business=business).first()
    return found


def buyer_of_bill(bill_id: UUID) -> UUID | None:
    """The business that has bought what the bill is for; None where a follower has."""
    found: UUID | None = Bill.objects.filter(pk=bill_id).values_list("subscription__business_id", flat=True).first()
    return found


def currency_of_bill(bill_id: UUID) -> str | None:
    """What the bill is in; None where there is no such bill."""
    found: str | None = Bill.objects.filter(pk=bill_id).values_list("currency", flat=True).first()
    return found


def due_bill(subscription: Subscription) -> Bill | None:
    """What has to be paid for it now."""
    found: Bill | None = subscription.bills.select_related("plan").filter(state=BillState.DUE).order_by("-id").first()
    return found


def bills_of(business: Business) -> QuerySet[Bill]:
    """Every bill of the business, the latest first."""
    found: QuerySet[Bill] = Bill.objects.select_related("plan").filter(subscription__business=business)
    return found.order_by("-id")


def memberships_of(user: Any) -> QuerySet[Subscription]:
    """What the person follows or has followed, the latest first, with what is due of each."""
    found: QuerySet[Subscription] = Subscription.objects.with_names().filter(
        payer_id=user.pk, practitioner__isnull=False
    )
    due = Prefetch("bills", Bill.objects.filter(state=BillState.DUE).order_by("-id"), to_attr="due_bills")
    return found.prefetch_related(due).order_by("-id")


def is_member(user: Any, practitioner_id: UUID) -> bool:
    """Whether the person follows the practitioner by a paid plan now, days of grace included."""
    return bool(
        Subscription.objects.filter(payer_id=user.pk, practitioner_id=practitioner_id, state__in=GIVING).exists()
    )


def offers_of(practitioner_id: UUID) -> QuerySet[PractitionerPlan]:
    """What a practitioner offers their followers, the cheapest first."""
    found: QuerySet[PractitionerPlan] = PractitionerPlan.objects.filter(practitioner_id=practitioner_id)
    return found.order_by("price_minor", "pk")
