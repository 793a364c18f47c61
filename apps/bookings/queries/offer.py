"""What a service costs and asks for, read in one query for a quote or a booking."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from apps.availability.queries import Calendar, calendar_of, calendar_span
from apps.bookings.errors import AddressMissing, ExtraUnknown, NoSuchService, NotBookable
from apps.bookings.price import NO_PREMIUM, ChosenExtra, Price, price_of
from apps.bookings.states import Place
from apps.catalog import rules as catalog
from apps.catalog.models import Business, Service
from apps.core.database import call_function
from apps.packages.models import Purchase
from apps.packages.queries import purchase_for

_SERVICE = (
    "id", "business_id", "title", "price_minor", "duration_min", "places", "sop_template", "notice_min",
)  # fmt: skip
_BUSINESS = (
    "owner_id", "name", "time_zone", "currency", "verification_status", "is_active", "is_deleted", "papers_lapsed_at",
    "auto_confirm", "works_alone", "owner_premium", "cancellation_policy", "notice_min",
)  # fmt: skip
_CALENDAR = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as somebody means to book it."""

    service: Service
    extras: tuple[ChosenExtra, ...]
    owner_staff_ids: frozenset[UUID]
    reference: str = ""
    calendar: Calendar | None = None
    package: str = ""

    def is_owner(self, staff_member_id: UUID | None) -> bool:
        """Whether this performer owns the business."""
        return staff_member_id in self.owner_staff_ids

    def multiplier(self, staff_member_id: UUID | None) -> Decimal:
        """What the base is multiplied by when the customer chooses this performer."""
        business = self.service.business
        return business.owner_multiplier if self.is_owner(staff_member_id) else NO_PREMIUM

    def asks_premium(self, staff_member_id: UUID) -> bool:
        """Whether this performer costs more than the others."""
        return self.multiplier(staff_member_id) != NO_PREMIUM

    def price(self, staff_member_id: UUID | None) -> Price:
        """What it costs with this performer; without one, with whoever asks no premium."""
        return price_of(
            title=self.service.title, base_minor=self.service.price_minor, currency=self.service.business.currency,
            multiplier=self.multiplier(staff_member_id), extras=self.extras, package=self.package,
        )  # fmt: skip

    def price_of_seats(self, seats: int) -> Price:
        """What seats of a session cost. Nobody chooses its host, so there is no premium."""
        return price_of(
            title=self.service.title, base_minor=self.service.price_minor, currency=self.service.business.currency,
            multiplier=NO_PREMIUM, extras=self.extras, seats=seats, package=self.package,
        )  # fmt: skip

    def place(self, *, address: str, is_virtual: bool) -> Place:
        """Where it will be done, by what the customer said and the service allows.

        Raises: AddressMissing. What the service does not do at all is refused by availability.
        """
        places = self.service.places
        if is_virtual:
            return Place.VIRTUAL
        if address:
            return Place.AT_CUSTOMER
        if not places or Place.AT_BUSINESS in places:
            return Place.AT_BUSINESS
        if Place.VIRTUAL in places:
            return Place.VIRTUAL
        raise AddressMissing(errors={"address": [AddressMissing.default_message]})

    def checklist(self) -> list[dict[str, Any]]:
        """The service's template as a checklist on which nothing is ticked."""
        return [
            _item(number, entry) for number, entry in enumerate(self.service.sop_template, start=1) if _label(entry)
        ]


def with_package(offer: Offer, *, purchase_id: UUID | None, customer_id: UUID) -> tuple[Offer, Purchase | None]:
    """The offer as a use of the customer's package pays for it, and the package. Raises: PackageUnknown."""
    if purchase_id is None:
        return offer, None
    purchase = purchase_for(purchase_id=purchase_id, customer_id=customer_id, service_id=offer.service.pk)
    return replace(offer, package=purchase.title), purchase


def load_offer(service_id: UUID, *, extra_ids: Sequence[UUID] = ()) -> Offer:
    """The service with its business and the extras named. Raises: NoSuchService, ExtraUnknown."""
    return _load(service_id, extra_ids, None, None, None)


def load_offer_at(service_id: UUID, *, start: datetime, staff_id: UUID | None, extra_ids: Sequence[UUID] = ()) -> Offer:
    """As ``load_offer``, with what a booking needs: a reference and the calendar around ``start``.

    It is the calendar of the person named; without one, of everybody.
    """
    return _load(service_id, extra_ids, None if staff_id is None else [staff_id], *calendar_span(start, start))


def new_reference() -> str:
    """A reference that no booking has."""
    return str(call_function("bookings_new_reference")[0][0])


def _load(service_id: UUID, extra_ids: Sequence[UUID], *around: Any) -> Offer:
    rows = call_function("bookings_offer", service_id, list(extra_ids), *around)
    if not rows:
        raise NoSuchService
    row, calendar = rows[0][:-_CALENDAR], rows[0][-_CALENDAR:]
    owner_staff, extras, reference = row[-3:]
    return Offer(
        service=_service(row[:-3]),
        extras=_extras(extras or (), extra_ids),
        owner_staff_ids=frozenset(owner_staff),
        reference=reference or "",
        calendar=calendar_of(calendar) if reference else None,
    )


def _service(values: Sequence[Any]) -> Service:
    """The service with its business, each with the fields that were read; the others would be fetched when asked for."""
    told = dict(zip(_SERVICE, values[: len(_SERVICE)], strict=True))
    told["sop_template"] = json.loads(told["sop_template"])
    of_business = dict(zip(_BUSINESS, values[len(_SERVICE) :], strict=True))
    of_business["cancellation_policy"] = json.loads(of_business["cancellation_policy"])
    service: Service = _loaded(Service, told)
    service.business = _loaded(Business, {"id": told["business_id"], **of_business})
    return service


def _loaded(model: type[Any], told: dict[str, Any]) -> Any:
    names = [field.attname for field in model._meta.concrete_fields if field.attname in told]
    return model.from_db(DEFAULT_DB_ALIAS, names, [told[name] for name in names])


def ensure_bookable(offer: Offer, at: Any) -> None:
    """Raises: NotBookable unless the business takes jobs now."""
    if not catalog.may_be_booked(offer.service.business, at):
        raise NotBookable


def _extras(found: Sequence[Sequence[Any]], wanted: Sequence[UUID]) -> tuple[ChosenExtra, ...]:
    extras = {UUID(row[0]): ChosenExtra(UUID(row[0]), *row[1:]) for row in found}
    unknown = [str(key) for key in wanted if key not in extras]
    if unknown:
        raise ExtraUnknown(errors={"extras": [f"{key}: {ExtraUnknown.default_message}" for key in unknown]})
    return tuple(extras[key] for key in dict.fromkeys(wanted))


def _label(entry: Any) -> str:
    return str(entry.get("label", "")) if isinstance(entry, dict) else str(entry)


def _item(number: int, entry: Any) -> dict[str, Any]:
    told = entry if isinstance(entry, dict) else {}
    return {
        "id": str(told.get("id") or number),
        "label": _label(entry),
        "required": bool(told.get("required", True)),
        "done": False,
        "by": None,
        "at": None,
    }
