"""Which rows a page needs, with everything that hangs on them, in a fixed number of queries."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.geos import Point
from django.db.models import F, FloatField, Func, Prefetch, Q, QuerySet, Value

from apps.catalog import queries
from apps.catalog.models import Business, Category, Extra, Product, Service, StaffMember
from apps.core.money import CURRENCIES, exponent


class Nearness(Func):
    """Metres between two places, in the form that the spatial index can walk along."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


def cards(businesses: QuerySet[Business]) -> QuerySet[Business]:
    """Businesses for a list; what is secret stays in the database."""
    return businesses.defer("cac_number", "bank_details").prefetch_related("categories")


def page(businesses: QuerySet[Business]) -> QuerySet[Business]:
    """A business with its photos, branches and people."""
    staff = StaffMember.objects.assignable().select_related("business").order_by("-rating_average", "pk")
    return cards(businesses).prefetch_related(
        "photos", "branches", Prefetch("staff", queryset=staff, to_attr="public_staff")
    )


def near(businesses: QuerySet[Business], *, lat: float, lng: float, radius_m: float) -> QuerySet[Business]:
    """Those within the radius, with ``distance_m``."""
    here = Value(Point(lng, lat, srid=4326), output_field=GeometryField(geography=True, srid=4326))
    return businesses.filter(location__dwithin=(Point(lng, lat, srid=4326), radius_m)).annotate(
        distance_m=Nearness(F("location"), here)
    )


def named_like(rows: QuerySet[Any], field: str, words: str) -> QuerySet[Any]:
    """Those whose ``field`` contains the words, or something close to them."""
    return rows.filter(Q(**{f"{field}__icontains": words}) | Q(**{f"{field}__trigram_word_similar": words}))


def in_category(rows: QuerySet[Any], field: str, slug: str) -> QuerySet[Any]:
    """Those of the category or of one below it; nothing where no such category is open."""
    category = Category.objects.filter(slug=slug, is_active=True).first()
    if category is None:
        return rows.none()
    inside = {f"{field}__in": queries.subtree_ids(category.pk)}
    if not rows.model._meta.get_field(field).many_to_many:
        return rows.filter(**inside)
    return rows.filter(pk__in=rows.model.objects.filter(**inside).values("pk"))


def serving(staff: QuerySet[StaffMember], slug: str) -> QuerySet[StaffMember]:
    """Those skilled in the category or one below it, and those whom a service there names."""
    skilled = in_category(StaffMember.objects.all(), "skills", slug).values("pk")
    named = in_category(Service.objects.filter(is_active=True), "category", slug).values("performers")
    return staff.filter(Q(pk__in=skilled) | Q(pk__in=named))


def services(rows: QuerySet[Service]) -> QuerySet[Service]:
    """Services for a list."""
    rows = rows.select_related("business", "category").defer("business__cac_number", "business__bank_details")
    return rows.prefetch_related("images")


def whole_service(rows: QuerySet[Service], service_id: UUID) -> Service | None:
    """The service, where it is among ``rows``, with all that its own page shows and those who perform it, the best first."""
    extras = Extra.objects.filter(is_active=True).select_related("service__business").order_by("created_at", "pk")
    whole = services(rows).prefetch_related(
        Prefetch("extras", queryset=extras, to_attr="open_extras"), "performers", "fixed_performers"
    )
    service: Any = whole.filter(pk=service_id).first()
    if service is not None:
        service.all_performers = list(queries.performers_of(service).order_by("-rating_average", "pk"))
    return service


def products(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Products for a list."""
    return (
        rows.select_related("business", "category")
        .defer("business__cac_number", "business__bank_details")
        .prefetch_related("images")
    )


def priced(rows: QuerySet[Any], *, price_min: Decimal | None, price_max: Decimal | None) -> QuerySet[Any]:
    """Those within the prices, each in its own currency's major units."""
    if price_min is None and price_max is None:
        return rows
    fits = Q(pk__in=[])
    for places in {exponent(code) for code in CURRENCIES}:
        of_these = Q(business__currency__in=[code for code in CURRENCIES if exponent(code) == places])
        if price_min is not None:
            of_these &= Q(price_minor__gte=int(price_min.scaleb(places).to_integral_value(rounding="ROUND_CEILING")))
        if price_max is not None:
            of_these &= Q(price_minor__lte=int(price_max.scaleb(places).to_integral_value(rounding="ROUND_FLOOR")))
        fits |= of_these
    return rows.filter(fits)


def deals(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Packages or bundles for a list, with their services in order."""
    items = rows.model.items.rel.related_model.objects
    parts = items.select_related("service__business").defer(
        "service__business__cac_number", "service__business__bank_details"
    )
    return (
        rows.select_related("business")
        .defer("business__cac_number", "business__bank_details")
        .prefetch_related(Prefetch("items", queryset=parts.order_by("position", "pk")))
    )
