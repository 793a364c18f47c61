"""The first steps of every operation here: find the subscription, lock it, see whether the person may."""

from typing import Any
from uuid import UUID

from apps.catalog import rules as catalog
from apps.catalog.errors import BusinessNotFound, NotYourBusiness
from apps.catalog.models import Business
from apps.subscriptions.errors import NoSuchSubscription
from apps.subscriptions.models import Bill, Subscription


def lock_subscription(subscription_id: UUID) -> Subscription:
    """The subscription with its plans, until the transaction ends; before its bills, which are locked with it."""
    found: Subscription = Subscription.objects.with_names().locked().get(pk=subscription_id)
    return found


def locked_bill(bill_id: UUID) -> tuple[Subscription, Bill] | None:
    """The bill with its subscription, which is locked for both; None where there is no such bill."""
    subscription_id = Bill.objects.filter(pk=bill_id).values_list("subscription_id", flat=True).first()
    if subscription_id is None:
        return None
    subscription = lock_subscription(subscription_id)
    return subscription, Bill.objects.select_related("plan").get(pk=bill_id)


def owned_business(business_id: UUID, by: Any) -> Business:
    """The business that is the person's own.

    Raises: BusinessNotFound to those who do not belong there; NotYourBusiness to those who work there.
    """
    business: Business | None = Business.objects.visible_to(by).filter(pk=business_id).first()
    if business is None:
        raise BusinessNotFound
    if not catalog.is_owner(by, business):
        raise NotYourBusiness
    return business


def own_subscription(business_id: UUID, by: Any) -> Subscription:
    """The living subscription of the person's own business, locked. Raises: as above; NoSuchSubscription."""
    business = owned_business(business_id, by)
    found: Subscription | None = Subscription.objects.with_names().living().filter(business=business).locked().first()
    if found is None:
        raise NoSuchSubscription
    return found


def own_membership(subscription_id: UUID, by: Any) -> Subscription:
    """The person's own subscription to a practitioner, locked. Raises: NoSuchSubscription."""
    found: Subscription | None = (
        Subscription.objects.with_names()
        .filter(pk=subscription_id, payer=by, practitioner__isnull=False)
        .locked()
        .first()
    )
    if found is None:
        raise NoSuchSubscription
    return found
