"""What a gateway renews by itself: ordered there once the first month is paid, heard of by its web hooks, called off there.

Talking to a gateway is prepare, send, record; the outbox repeats what failed, under the same reference.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.payments import operations as payments
from apps.payments.errors import GatewayNotOffered, NoSavedMethod
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.values import EventKind, RenewalInfo, VerifyResult
from apps.payments.operations import ItemToPay
from apps.subscriptions.models import Bill, Subscription, SubscriptionAudit
from apps.subscriptions.operations._locks import lock_subscription
from apps.subscriptions.operations.money import quote_of
from apps.subscriptions.operations.month import note_unpaid, open_month
from apps.subscriptions.queries import price_of
from apps.subscriptions.states import ITEM_TYPE, BillKind, PayFrom, SubscriptionState

# A gateway's clock may be before ours: what it tells so long before a month is over is about the next one.
EARLY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class _Order:
    """What is asked of a gateway for one subscription."""

    payer: Any
    currency: str
    plan_code: str
    reference: str
    starts_at: datetime


def start_at_gateway(*, subscription_id: UUID) -> None:
    """The gateway renews it by itself from the next month on; where it will not, the saved card is charged by us.

    Must be called outside a transaction; harmless to repeat.
    """
    order = prepare_start(subscription_id=subscription_id)
    if order is None:
        return
    try:
        gateway, gateway_id = payments.start_recurring(**vars(order))
    except (GatewayRefused, GatewayNotOffered, NoSavedMethod):
        return
    if not record_started(subscription_id=subscription_id, gateway=gateway, gateway_id=gateway_id):
        payments.stop_recurring(gateway=gateway, gateway_id=gateway_id)


@transaction.atomic
def prepare_start(*, subscription_id: UUID) -> _Order | None:
    """What to ask for; None where nothing is wanted of the gateway (any more)."""
    subscription = lock_subscription(subscription_id)
    if not _is_wanted(subscription) or subscription.plan is None:
        return None
    price = price_of(subscription.next_plan or subscription.plan, subscription.currency)
    if price is None or not price.gateway_code:
        return None
    # What the gateway charges is today's price: who is still to pay another one pays it by the saved card.
    if subscription.next_plan is None and price.price_minor != subscription.price_at(subscription.month[1]):
        return None
    # Every change of the subscription is a row: the same wish has the same reference, and another one another.
    changes = SubscriptionAudit.objects.filter(pgh_obj_id=subscription.pk).count()
    return _Order(
        payer=subscription.payer, currency=subscription.currency, plan_code=price.gateway_code,
        reference=f"sub-{subscription.pk.hex}-{changes}", starts_at=subscription.month[1],
    )  # fmt: skip


def _is_wanted(subscription: Subscription) -> bool:
    return bool(
        subscription.state == SubscriptionState.ACTIVE
        and subscription.pay_from == PayFrom.GATEWAY
        and not subscription.cancels_at_end
        and not subscription.gateway_subscription_id
    )


@transaction.atomic
def record_started(*, subscription_id: UUID, gateway: str, gateway_id: str) -> bool:
    """The subscription knows who renews it; False where that is not wanted any more.

    A gateway that renews a plan once for each customer answers with the one of their other business: that stays theirs.
    """
    subscription = lock_subscription(subscription_id)
    others = Subscription.objects.filter(gateway=gateway, gateway_subscription_id=gateway_id)
    if others.exclude(pk=subscription.pk).exists():
        return True
    if not _is_wanted(subscription):
        return bool(subscription.gateway_subscription_id == gateway_id)
    subscription.gateway, subscription.gateway_subscription_id = gateway, gateway_id
    subscription.save()
    return True


def stop_at_gateway(*, gateway: str, gateway_id: str) -> None:
    """The gateway renews it by itself no more. Must be called outside a transaction; harmless to repeat."""
    payments.stop_recurring(gateway=gateway, gateway_id=gateway_id)


@transaction.atomic
def note_renewal(
    *, gateway: str, kind: EventKind, renewal: RenewalInfo, charge: VerifyResult | None, at: datetime
) -> None:
    """What a gateway tells of a renewal is booked: its money pays the month that is due, once, and goes back where none is.

    Late, repeated or out of order, it changes nothing twice.
    """
    subscription = _found(gateway, renewal)
    if subscription is None:
        return
    if kind == EventKind.RENEWALS_ENDED:
        _go_on_by_card(subscription)
    elif charge is not None:
        bill = _bill_for(subscription, at=at)
        payments.receive_renewal(
            item=ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk), quote=quote_of(subscription, bill),
            payer=subscription.payer, gateway=gateway, reference=renewal.charge_reference, charge=charge, at=at,
        )  # fmt: skip
    elif subscription.gives and at >= subscription.month[1]:
        note_unpaid(subscription, open_month(subscription, at=at), renewal.message, at=at)


def _found(gateway: str, renewal: RenewalInfo) -> Subscription | None:
    """The subscription, locked: by the gateway's own id, or by its plan and customer where it names none."""
    rows = Subscription.objects.with_names()
    if renewal.subscription_id:
        rows = rows.filter(gateway=gateway, gateway_subscription_id=renewal.subscription_id)
    else:
        owners = payments.owners_of_customer(gateway=gateway, customer_gateway_id=renewal.customer_gateway_id)
        rows = rows.filter(
            gateway=gateway, payer_id__in=owners, plan__prices__gateway_code=renewal.plan_code or None
        ).exclude(gateway_subscription_id="")
    key = rows.order_by("-pk").values_list("pk", flat=True).first()
    return None if key is None else lock_subscription(key)


def _bill_for(subscription: Subscription, *, at: datetime) -> Bill:
    """The month that is due, or about to be; else the last one, whose money then goes back."""
    if subscription.gives and at >= subscription.month[1] - EARLY:
        return open_month(subscription, at=at)
    last: Bill = subscription.bills.filter(kind=BillKind.MONTH).latest("number")
    return last


def _go_on_by_card(subscription: Subscription) -> None:
    """The gateway has given it up: our own sweep charges the saved card."""
    if subscription.gives and subscription.pay_from == PayFrom.GATEWAY:
        subscription.pay_from = PayFrom.CARD
        subscription.save()
