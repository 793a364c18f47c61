"""Calling a subscription off, with the end of the month paid for, and going on after all."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.subscriptions.errors import SubscriptionNotRunning
from apps.subscriptions.models import Subscription
from apps.subscriptions.operations._locks import own_membership, own_subscription
from apps.subscriptions.operations.month import ask_gateway, end, leave_gateway
from apps.subscriptions.states import EndReason, SubscriptionState


@transaction.atomic
def cancel_subscription(*, business_id: UUID, by: Any, at: datetime) -> Subscription:
    """It ends with the month that is paid for; one that is not paid ends now. Repeating it changes nothing.

    Raises: BusinessNotFound, NotYourBusiness, NoSuchSubscription.
    """
    return _cancel(own_subscription(business_id, by), by=by, at=at)


@transaction.atomic
def cancel_membership(*, subscription_id: UUID, by: Any, at: datetime) -> Subscription:
    """The same of a follower's own. Raises: NoSuchSubscription."""
    return _cancel(own_membership(subscription_id, by), by=by, at=at)


@transaction.atomic
def resume_subscription(*, business_id: UUID, by: Any, at: datetime) -> Subscription:
    """It goes on after the month that is paid for. Repeating it changes nothing.

    Raises: BusinessNotFound, NotYourBusiness, NoSuchSubscription; SubscriptionNotRunning where it is not paid.
    """
    return _resume(own_subscription(business_id, by), by=by, at=at)


@transaction.atomic
def resume_membership(*, subscription_id: UUID, by: Any, at: datetime) -> Subscription:
    """The same of a follower's own. Raises: NoSuchSubscription, SubscriptionNotRunning."""
    return _resume(own_membership(subscription_id, by), by=by, at=at)


def _cancel(subscription: Subscription, *, by: Any, at: datetime) -> Subscription:
    if subscription.state == SubscriptionState.ENDED or subscription.cancels_at_end:
        return subscription
    audit.record("subscription.called_off", target=subscription, by=by, at=at)
    if subscription.state != SubscriptionState.ACTIVE:
        end(subscription, EndReason.CALLED_OFF, at=at)
        return subscription
    leave_gateway(subscription)
    subscription.cancels_at_end, subscription.gateway_subscription_id = True, ""
    subscription.save()
    return subscription


def _resume(subscription: Subscription, *, by: Any, at: datetime) -> Subscription:
    if subscription.state != SubscriptionState.ACTIVE:
        raise SubscriptionNotRunning
    if subscription.cancels_at_end:
        subscription.cancels_at_end = False
        subscription.save()
        ask_gateway(subscription)
        audit.record("subscription.resumed", target=subscription, by=by, at=at)
    return subscription
