"""Purchases in requests and answers."""

from collections import Counter
from datetime import datetime
from typing import Any

from rest_framework import serializers

from apps.core import clock
from apps.core.api.actions import AvailableAction, AvailableActionOut
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.words import said
from apps.packages.models import Purchase, Use
from apps.packages.queries import Looker, actions_of
from apps.packages.states import EXPIRED, PURCHASE_KINDS, SHOWN_STATUSES, PurchaseStatus, UseState


class BuyIn(StrictInputSerializer):
    expected_price = MoneyField(required=False, help_text="Another price is refused with `price_changed`.")


class RefundUsesIn(StrictInputSerializer):
    uses = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_empty=False,
        max_length=2_000,
        help_text="All where left out.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class PurchasesQuery(InputSerializer):
    business = serializers.UUIDField(required=False)
    has_uses = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those with, or without, uses left."
    )


class PartyOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()


class ServiceUsesOut(OutputSerializer):
    service: Any = PartyOut()
    bought: Any = serializers.IntegerField()
    left: Any = serializers.IntegerField()


class UseOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    number: Any = serializers.IntegerField()
    service: Any = PartyOut()
    worth: Any = MoneyField()
    state: Any = serializers.ChoiceField(choices=UseState.choices)
    booking: Any = serializers.UUIDField(allow_null=True)


class PurchaseRowOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=PURCHASE_KINDS, help_text="As what it is paid for.")
    title: Any = serializers.CharField()
    business: Any = PartyOut()
    customer: Any = PartyOut()
    price: Any = MoneyField()
    saved: Any = MoneyField()
    status: Any = serializers.ChoiceField(choices=SHOWN_STATUSES)
    pay_until: Any = serializers.DateTimeField(allow_null=True)
    paid_at: Any = serializers.DateTimeField(allow_null=True)
    expires_at: Any = serializers.DateTimeField(
        allow_null=True, help_text="Its uses are for bookings that start before."
    )
    uses_left: Any = serializers.IntegerField()
    services: Any = ServiceUsesOut(many=True)
    available_actions: Any = serializers.ListField(child=serializers.CharField())


class PurchaseOut(PurchaseRowOut):
    uses: Any = UseOut(many=True)
    available_actions: Any = AvailableActionOut(many=True)


def row(purchase: Purchase, looker: Looker, at: datetime) -> dict[str, Any]:
    """As a list shows it. The uses and their services are at hand."""
    actions = actions_of(purchase, looker.party(purchase), at)
    return {**_summary(purchase, at), "available_actions": [action.name for action in actions if action.enabled]}


def detail(purchase: Purchase, looker: Looker, at: datetime) -> dict[str, Any]:
    """As the detail view shows it."""
    actions = actions_of(purchase, looker.party(purchase), at)
    return {
        **_summary(purchase, at),
        "uses": [_use(use, purchase.currency) for use in purchase.uses.all()],
        "available_actions": [_action(action) for action in actions],
    }


def _summary(purchase: Purchase, at: datetime) -> dict[str, Any]:
    left = Counter(use.service_id for use in purchase.uses.all() if _is_usable(use, at))
    is_pending = purchase.status == PurchaseStatus.PENDING
    return {
        "id": str(purchase.pk),
        "kind": purchase.kind,
        "title": purchase.title,
        "business": {"id": str(purchase.business_id), "name": purchase.business.name},
        "customer": {"id": str(purchase.customer_id), "name": purchase.customer.name},
        "price": money_out(purchase.price_minor, purchase.currency),
        "saved": money_out(purchase.saved_minor, purchase.currency),
        "status": EXPIRED if purchase.is_over(at) else str(purchase.status),
        "pay_until": clock.iso(purchase.pay_until) if is_pending else None,
        "paid_at": clock.iso(purchase.paid_at),
        "expires_at": clock.iso(purchase.expires_at),
        "uses_left": sum(left.values()),
        "services": _services(purchase, left),
    }


def _services(purchase: Purchase, left: Counter[Any]) -> list[dict[str, Any]]:
    uses = list(purchase.uses.all())
    bought = Counter(use.service_id for use in uses)
    names = {use.service_id: use.service.title for use in uses}
    return [
        {"service": {"id": str(key), "name": names[key]}, "bought": number, "left": left[key]}
        for key, number in bought.items()
    ]


def _use(use: Use, currency: str) -> dict[str, Any]:
    return {
        "id": str(use.pk),
        "number": use.number,
        "service": {"id": str(use.service_id), "name": use.service.title},
        "worth": money_out(use.worth_minor, currency),
        "state": str(use.state),
        "booking": None if use.booking_id is None else str(use.booking_id),
    }


def _is_usable(use: Use, at: datetime) -> bool:
    return use.state == UseState.OPEN and use.expires_at is not None and use.expires_at > at


def _action(action: AvailableAction) -> dict[str, Any]:
    return {
        "name": action.name,
        "method": action.method,
        "path": action.path,
        "enabled": action.enabled,
        "reason": None if action.reason is None else said(action.reason),
        "deadline": clock.iso(action.deadline),
        "money_effect": action.money_effect,
    }
