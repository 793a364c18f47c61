"""Somebody means to buy a package or bundle: what it is worth, use by use, is frozen; it awaits its money."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog import rules as catalog
from apps.catalog.errors import BundleNotFound, PackageNotFound, PriceChanged
from apps.catalog.models import Bundle, Deal, Package, Service
from apps.core.api.fields import money_out
from apps.core.conf import timer
from apps.core.money import Money, split_by_weights
from apps.packages.errors import NotForSale
from apps.packages.models import Purchase, Use


@transaction.atomic
def buy(*, kind: type[Deal], deal_id: UUID, by: Any, at: datetime, expected_price: Money | None = None) -> Purchase:
    """The purchase is there, at today's price, and can be paid for half an hour.

    Each use is worth its share of the price by what its service costs today (largest remainder). Raises: PackageNotFound,
    BundleNotFound, NotForSale; PriceChanged, whose data has the price as it is now.
    """
    deal = kind.objects.public().select_related("business").filter(pk=deal_id).first()
    if deal is None:
        raise PackageNotFound if kind is Package else BundleNotFound
    if not catalog.may_be_booked(deal.business, at):
        raise NotForSale
    price_minor, currency = deal.price_minor, deal.business.currency
    if expected_price is not None and expected_price != Money(price_minor, currency):
        raise PriceChanged(data={"price": money_out(price_minor, currency)})
    services = [
        item.service
        for item in deal.items.select_related("service").order_by("position", "pk")
        for _ in range(item.uses)
    ]
    worths = _worths(services, price_minor)
    purchase: Purchase = Purchase.objects.create(
        customer=by, business=deal.business, package=deal if kind is Package else None,
        bundle=deal if kind is Bundle else None, title=deal.title, currency=currency, price_minor=price_minor,
        list_minor=sum(service.price_minor for service in services), valid_days=deal.valid_days,
        pay_until=at + timer("PACKAGE_UNPAID_EXPIRY"), created_at=at,
    )  # fmt: skip
    Use.objects.bulk_create(
        Use(
            purchase=purchase, service=service, number=number, list_minor=service.price_minor, worth_minor=worth,
            created_at=at,
        )
        for number, (service, worth) in enumerate(zip(services, worths, strict=True), start=1)
    )  # fmt: skip
    return purchase


def _worths(services: list[Service], price_minor: int) -> list[int]:
    """Raises: NotForSale where a use would be worth nothing, so that nothing could be held for it."""
    if not services:
        raise NotForSale
    worths = split_by_weights(price_minor, [service.price_minor for service in services])
    if min(worths) <= 0:
        raise NotForSale
    return worths
