"""The words that subscriptions send: which message, to whom, with which values."""

from datetime import datetime
from typing import Any

from django.conf import settings

from apps.accounts.models import User
from apps.catalog import queries as catalog
from apps.core.conf import timer
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.subscriptions.models import Bill, Subscription
from apps.subscriptions.states import EndReason

_WHY = {
    EndReason.CALLED_OFF: "It was called off.",
    EndReason.NOT_PAID: "Its renewal was not paid.",
    EndReason.NOT_OFFERED: "It is not offered any more.",
    EndReason.ERASED: "The account was erased.",
}


def tell_started(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    """Whoever pays knows what they have, and until when."""
    _tell(subscription, kinds.SUBSCRIPTION_STARTED, _paid(subscription, bill), key=bill.pk, at=at)


def tell_renewed(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    """Whoever pays has a receipt of the month."""
    _tell(subscription, kinds.SUBSCRIPTION_RENEWED, _paid(subscription, bill), key=bill.pk, at=at)


def tell_changed(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    """Whoever pays knows that the larger plan holds."""
    told = {"starts_at": at, "amount": Money(bill.amount_minor, bill.currency)}
    _tell(subscription, kinds.SUBSCRIPTION_CHANGED, told, key=bill.pk, at=at)


def tell_change_planned(subscription: Subscription, *, at: datetime) -> None:
    """Whoever pays knows what holds after this month."""
    plan = subscription.next_plan or subscription.plan
    told = {"starts_at": subscription.period_ends_at, "plan_name": str(plan)}
    _tell(subscription, kinds.SUBSCRIPTION_CHANGED, told, key=f"{subscription.pk}:{at.timestamp()}", at=at)


def tell_unpaid(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    """Whoever pays knows that the month was not paid, why, and until when it can be."""
    _tell(subscription, kinds.SUBSCRIPTION_PAYMENT_FAILED, _unpaid(subscription, bill), key=bill.pk, at=at)


def tell_last_warning(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    """Whoever pays knows that it ends before long."""
    _tell(subscription, kinds.SUBSCRIPTION_LAST_WARNING, _unpaid(subscription, bill), key=bill.pk, at=at)


def tell_ended(subscription: Subscription, *, at: datetime) -> None:
    """Whoever paid knows that it gives nothing any more, and why."""
    why = _WHY.get(EndReason(subscription.end_reason))
    _tell(subscription, kinds.SUBSCRIPTION_ENDED, {"reason": why}, key=subscription.pk, at=at)


def tell_price_change(subscription: Subscription, *, at: datetime) -> None:
    """Whoever pays knows the new price before it is asked for."""
    told = {
        "amount": Money(subscription.next_price_minor or 0, subscription.currency),
        "old_amount": Money(subscription.price_minor, subscription.currency),
        "starts_at": subscription.next_price_from,
    }
    key = f"{subscription.pk}:{subscription.next_price_minor}:{at.timestamp()}"
    _tell(subscription, kinds.SUBSCRIPTION_PRICE_CHANGE, told, key=key, at=at)


def tell_given_back(
    subscription: Subscription, bill: Bill, amount_minor: int, told: dict[str, Any], *, key: Any, at: datetime
) -> None:
    """Whoever pays knows what has gone back, and what it means for the plan."""
    context = {"amount": Money(amount_minor, bill.currency), **told}
    _tell(subscription, kinds.SUBSCRIPTION_GIVEN_BACK, context, key=key, at=at)


def _paid(subscription: Subscription, bill: Bill) -> dict[str, Any]:
    return {"amount": Money(bill.amount_minor, bill.currency), "ends_at": subscription.period_ends_at}


def _unpaid(subscription: Subscription, bill: Bill) -> dict[str, Any]:
    since = subscription.past_due_since
    return {
        "amount": Money(bill.amount_minor, bill.currency),
        "reason": subscription.problem,
        "ends_at": since + timer("SUBSCRIPTION_GRACE") if since else None,
    }


def _tell(subscription: Subscription, kind: Any, told: dict[str, Any], *, key: Any, at: datetime) -> None:
    business, practitioner = subscription.business, subscription.practitioner
    page = f"/businesses/{business.pk}/subscription" if business else "/memberships"
    context = {
        "plan_name": subscription.plan_name,
        "holder_name": str(business or practitioner),
        "time_zone": business.time_zone if business else subscription.payer.time_zone,
        "manage_url": f"{settings.PUBLIC_BASE_URL}{page}",
        **told,
    }
    people = User.objects.filter(pk__in=catalog.owner_user_ids(business.pk)) if business else [subscription.payer]
    notify_many(
        [
            Notice(
                kind=kind, user=person, subject=subscription, business_id=business.pk if business else None,
                context={name: value for name, value in context.items() if value is not None},
                dedupe_key=f"{kind}:{key}"[:200],
            )
            for person in people
        ],
        at=at,
    )  # fmt: skip
