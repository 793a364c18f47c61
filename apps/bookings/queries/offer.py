"""What a service costs and asks for, read in one query for a quote or a booking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Func, OuterRef
from django.db.models.functions import JSONObject

from apps.bookings.errors import AddressMissing, ExtraUnknown, NoSuchService, NotBookable
from apps.bookings.price import NO_PREMIUM, ChosenExtra, Price, price_of
from apps.bookings.states import Place
from apps.catalog import rules as catalog
from apps.catalog.models import Extra, Service, StaffMember

_READ = (
    "business_id", "title", "price_minor", "duration_min", "places", "sop_template", "is_active", "notice_min",
    "business__owner_id", "business__name", "business__time_zone", "business__currency",
    "business__verification_status", "business__is_active", "business__is_deleted", "business__papers_lapsed_at",
    "business__auto_confirm", "business__works_alone", "business__owner_premium", "business__cancellation_policy",
    "business__notice_min", "business__commission_override_bp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as somebody means to book it."""

    service: Service
    extras: tuple[ChosenExtra, ...]
    owner_staff_ids: frozenset[UUID]
    reference: str = ""
    merits: dict[UUID, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def is_owner(self, staff_member_id: UUID | None) -> bool:
        """Whether this performer owns the business."""
        return staff_member_id in self.owner_staff_ids

    def multiplier(self, staff_member_id: UUID | None) -> Decimal:
        """What the base is multiplied by when the customer chooses this performer."""
        business = self.service.business
        if not self.is_owner(staff_member_id) or business.works_alone:
            return NO_PREMIUM
        premium: Decimal = business.owner_premium
        return premium

    def asks_premium(self, staff_member_id: UUID) -> bool:
        """Whether this performer costs more than the others."""
        return self.multiplier(staff_member_id) != NO_PREMIUM

    def price(self, staff_member_id: UUID | None) -> Price:
        """What it costs with this performer; without one, with whoever asks no premium."""
        return price_of(
            title=self.service.title, base_minor=self.service.price_minor, currency=self.service.business.currency,
            multiplier=self.multiplier(staff_member_id), extras=self.extras,
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


def load_offer(
    service_id: UUID, *, extra_ids: Sequence[UUID] = (), with_reference: bool = False, with_merits: bool = False
) -> Offer:
    """The service with its business and the extras named.

    With a reference for a booking of it, and with rating and score of everybody who could do it, where they are needed.

    Raises: NoSuchService, ExtraUnknown.
    """
    owners = StaffMember.objects.filter(business=OuterRef("business_id"), user=OuterRef("business__owner_id"))
    services = Service.objects.select_related("business").only(*_READ)
    services = services.annotate(owner_staff=ArraySubquery(owners.values("pk")))
    if extra_ids:
        chosen = Extra.objects.filter(service=OuterRef("pk"), is_active=True, pk__in=extra_ids).order_by("pk")
        fields = {name: F(name) for name in ("id", "name", "price_minor", "duration_min")}
        services = services.annotate(chosen=ArraySubquery(chosen.values(found=JSONObject(**fields))))
    if with_reference:
        services = services.annotate(reference=Func(function="bookings_new_reference", output_field=CharField()))
    if with_merits:
        people = StaffMember.objects.filter(business=OuterRef("business_id"), is_active=True)
        told = JSONObject(id=F("id"), rating=F("rating_average"), score=F("maestro_score"))
        services = services.annotate(people=ArraySubquery(people.values(found=told)))
    service = services.filter(pk=service_id, is_active=True).first()
    if service is None:
        raise NoSuchService
    return Offer(
        service=service,
        extras=_extras(getattr(service, "chosen", ()), extra_ids),
        owner_staff_ids=frozenset(service.owner_staff),
        reference=getattr(service, "reference", ""),
        merits={
            UUID(row["id"]): (Decimal(str(row["rating"])), Decimal(str(row["score"])))
            for row in getattr(service, "people", ())
        },
    )


def ensure_bookable(offer: Offer, at: Any) -> None:
    """Raises: NotBookable unless the business takes jobs now."""
    if not catalog.may_be_booked(offer.service.business, at):
        raise NotBookable


def _extras(found: Sequence[dict[str, Any]], wanted: Sequence[UUID]) -> tuple[ChosenExtra, ...]:
    extras = {UUID(row["id"]): ChosenExtra(**{**row, "id": UUID(row["id"])}) for row in found}
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
