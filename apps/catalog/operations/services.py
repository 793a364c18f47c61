"""What a business sells of its people's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog.errors import CurrencyMismatch, NotYourBusiness, ServiceNotFound
from apps.catalog.models import Business, Extra, Service, ServiceImage, StaffMember
from apps.catalog.operations._access import managed_business
from apps.catalog.rules import may_manage_business
from apps.core import audit, public_cache
from apps.core.errors import Invalid
from apps.core.money import Money


@dataclass(frozen=True, kw_only=True)
class ServiceParts:
    """What hangs on a service; ``None`` leaves a part as it is."""

    price: Money | None = None
    performers: Sequence[UUID] | None = None
    fixed_performers: Sequence[UUID] | None = None
    extras: Sequence[Mapping[str, Any]] | None = None
    images: Sequence[str] | None = None


@transaction.atomic
def create_service(
    *, business_id: UUID, fields: Mapping[str, Any], parts: ServiceParts, by: Any, at: datetime
) -> Service:
    """The business offers one more service.

    Raises: BusinessNotFound; NotYourBusiness; CurrencyMismatch; Invalid where a performer is not of the business.
    """
    business = managed_business(business_id=business_id, by=by)
    service = Service(business=business, **fields)
    _write(service, business, {}, parts)
    service.save(force_insert=True)
    _hang(service, parts)
    audit.record("service.created", target=service, by=by, at=at, after=_told(service))
    public_cache.forget_all()
    return service


@transaction.atomic
def edit_service(
    *, service_id: UUID, changes: Mapping[str, Any], parts: ServiceParts, by: Any, at: datetime
) -> Service:
    """The service is as the changes say; what was booked before keeps its price and its checklist.

    Raises: ServiceNotFound; NotYourBusiness; CurrencyMismatch; Invalid.
    """
    service = _managed_service(service_id, by)
    before = _told(service)
    _write(service, service.business, changes, parts)
    service.save()
    _hang(service, parts)
    audit.record("service.edited", target=service, by=by, at=at, before=before, after=_told(service))
    public_cache.forget_all()
    return service


@transaction.atomic
def delete_service(*, service_id: UUID, by: Any, at: datetime) -> None:
    """The service can no longer be found or booked; what was booked stays. Raises: ServiceNotFound; NotYourBusiness."""
    service = _managed_service(service_id, by)
    service.soft_delete(at=at)
    audit.record("service.deleted", target=service, by=by, at=at)
    public_cache.forget_all()


def _managed_service(service_id: UUID, by: Any) -> Service:
    service: Service | None = (
        Service.objects.visible_to(by).locked().select_related("business").filter(pk=service_id).first()
    )
    if service is None:
        raise ServiceNotFound
    if not may_manage_business(by, service.business):
        raise NotYourBusiness
    return service


def _write(service: Service, business: Business, changes: Mapping[str, Any], parts: ServiceParts) -> None:
    for name, value in changes.items():
        setattr(service, name, value)
    if parts.price is not None:
        _refuse_currency(business, parts.price.currency)
        service.price_minor = parts.price.amount_minor
    if service.horizon_kind == "DATE_RANGE" and (
        service.horizon_from is None or service.horizon_to is None or service.horizon_to < service.horizon_from
    ):
        raise Invalid(errors={"horizon_from": ["A date range needs a first and a last day, in order."]})
    for prices in parts.extras or ():
        _refuse_currency(business, prices["price"].currency)


def _hang(service: Service, parts: ServiceParts) -> None:
    if parts.performers is not None:
        service.performers.set(_staff(service, parts.performers, "performers"))
    if parts.fixed_performers is not None:
        service.fixed_performers.set(_staff(service, parts.fixed_performers, "fixed_performers"))
    if parts.extras is not None:
        _set_extras(service, parts.extras)
    if parts.images is not None:
        service.images.all().delete()
        ServiceImage.objects.bulk_create(
            ServiceImage(service=service, url=url, position=position) for position, url in enumerate(parts.images)
        )


def _staff(service: Service, keys: Sequence[UUID], field: str) -> list[StaffMember]:
    staff = list(StaffMember.objects.assignable().filter(business_id=service.business_id, pk__in=keys))
    if len(staff) != len(set(keys)):
        raise Invalid(errors={field: ["Somebody named here does not perform jobs for this business."]})
    return staff


def _set_extras(service: Service, extras: Sequence[Mapping[str, Any]]) -> None:
    """Extras keep their keys where they are named by ``id``; those left out are put away, for bookings name them."""
    known = {extra.pk: extra for extra in service.extras.all()}
    kept = set()
    for each in extras:
        if "id" in each and each["id"] not in known:
            raise Invalid(errors={"extras": ["An extra named by its id is not of this service."]})
        extra = known[each["id"]] if "id" in each else Extra(service=service)
        extra.name, extra.duration_min, extra.is_active = each["name"], each["duration_min"], True
        extra.price_minor = each["price"].amount_minor
        extra.save()
        kept.add(extra.pk)
    service.extras.exclude(pk__in=kept).update(is_active=False)


def _refuse_currency(business: Business, currency: str) -> None:
    if currency != business.currency:
        raise CurrencyMismatch(f"This business trades in {business.currency}.")


def _told(service: Service) -> dict[str, Any]:
    return {
        "title": service.title,
        "price_minor": service.price_minor,
        "duration_min": service.duration_min,
        "is_active": service.is_active,
    }
