"""Services that a business sells together: packages and bundles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog.errors import BundleNotFound, CurrencyMismatch, NotYourBusiness, PackageNotFound
from apps.catalog.models import Bundle, Deal, Package, Service
from apps.catalog.operations._access import managed_business
from apps.catalog.rules import may_manage_business
from apps.core import audit, public_cache
from apps.core.errors import Invalid
from apps.core.money import Money

_NOT_FOUND: dict[type[Deal], type[Exception]] = {Package: PackageNotFound, Bundle: BundleNotFound}


@dataclass(frozen=True, kw_only=True)
class DealPart:
    """A service, and how often it can be used."""

    service_id: UUID
    uses: int = 1


@transaction.atomic
def create_deal(
    *,
    kind: type[Deal],
    business_id: UUID,
    fields: Mapping[str, Any],
    parts: Sequence[DealPart],
    by: Any,
    at: datetime,
    price: Money | None = None,
) -> Deal:
    """The business sells one more package, or a bundle at ``price``.

    Raises: BusinessNotFound; NotYourBusiness; CurrencyMismatch; Invalid where a service is not one that the business
    offers for money, or a bundle costs more than its services.
    """
    business = managed_business(business_id=business_id, by=by)
    deal = kind(business=business, **fields)
    _set_price(deal, price)
    deal.save(force_insert=True)
    _set_parts(deal, parts)
    _ensure_sound(deal)
    audit.record(f"{_name(kind)}.created", target=deal, by=by, at=at, after=_told(deal))
    public_cache.forget_all()
    return deal


@transaction.atomic
def edit_deal(
    *,
    kind: type[Deal],
    deal_id: UUID,
    changes: Mapping[str, Any],
    parts: Sequence[DealPart] | None,
    by: Any,
    at: datetime,
    price: Money | None = None,
) -> Deal:
    """The package or bundle is as the changes say; what was bought before stays as it was bought.

    Raises: PackageNotFound, BundleNotFound; NotYourBusiness; CurrencyMismatch; Invalid.
    """
    deal = _managed_deal(kind, deal_id, by)
    before = _told(deal)
    for name, value in changes.items():
        setattr(deal, name, value)
    _set_price(deal, price)
    deal.save()
    if parts is not None:
        deal.items.all().delete()
        _set_parts(deal, parts)
    if parts is not None or price is not None:
        _ensure_sound(deal)
    audit.record(f"{_name(kind)}.edited", target=deal, by=by, at=at, before=before, after=_told(deal))
    public_cache.forget_all()
    return deal


@transaction.atomic
def delete_deal(*, kind: type[Deal], deal_id: UUID, by: Any, at: datetime) -> None:
    """It can no longer be found or bought; what was bought stays. Raises: PackageNotFound, BundleNotFound; NotYourBusiness."""
    deal = _managed_deal(kind, deal_id, by)
    deal.soft_delete(at=at)
    audit.record(f"{_name(kind)}.deleted", target=deal, by=by, at=at)
    public_cache.forget_all()


def _managed_deal(kind: type[Deal], deal_id: UUID, by: Any) -> Deal:
    deal: Deal | None = kind.objects.visible_to(by).locked().select_related("business").filter(pk=deal_id).first()
    if deal is None:
        raise _NOT_FOUND[kind]
    if not may_manage_business(by, deal.business):
        raise NotYourBusiness
    return deal


def _set_price(deal: Deal, price: Money | None) -> None:
    if price is None:
        return
    if price.currency != deal.business.currency:
        raise CurrencyMismatch(f"This business trades in {deal.business.currency}.")
    deal.price_minor = price.amount_minor


def _set_parts(deal: Deal, parts: Sequence[DealPart]) -> None:
    wanted = [part.service_id for part in parts]
    offered = set(
        Service.objects.filter(
            pk__in=wanted, business_id=deal.business_id, is_active=True, price_minor__gt=0
        ).values_list("pk", flat=True)
    )
    if len(set(wanted)) != len(wanted) or set(wanted) - offered:
        message = "Name each service once; all are services that the business offers now, for money."
        raise Invalid(errors={"services": [message]})
    for position, part in enumerate(parts):
        deal.items.create(service_id=part.service_id, uses=part.uses, position=position)


def _ensure_sound(deal: Deal) -> None:
    """Raises: Invalid where it costs more than its parts do."""
    if deal.price_minor > deal.list_minor:
        raise Invalid(errors={"price": ["A bundle costs no more than its services do one by one."]})


def _name(kind: type[Deal]) -> str:
    return str(kind._meta.model_name)


def _told(deal: Deal) -> dict[str, Any]:
    return {
        "title": deal.title, "price_minor": deal.price_minor, "valid_days": deal.valid_days, "is_active": deal.is_active,
        "services": {str(item.service_id): item.uses for item in deal.items.select_related("service")},
    }  # fmt: skip
