"""Services: public lists and pages, and what their business writes."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations, queries
from apps.catalog.api import selections
from apps.catalog.api.filters import ServiceQuery
from apps.catalog.api.item_inputs import MineQuery, ServiceChangesIn, ServiceEditIn, ServiceIn
from apps.catalog.api.owners import OWNER_OR_OPS, DeskView
from apps.catalog.api.public import ANYONE, PublicView, ReadsOpenWritesSignedIn
from apps.catalog.api.service_outputs import ServiceCard, ServicePage
from apps.catalog.errors import BusinessNotFound, CurrencyMismatch, NotYourBusiness, ServiceNotFound
from apps.catalog.models import Service, StaffMember
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent

EXAMPLE = {
    "business": "0198c0de-0000-7000-8000-000000000001",
    "category": "hair",
    "title": "Knotless braids",
    "price": {"amount": "25000.00", "currency": "NGN"},
    "duration_min": 180,
    "places": ["AT_BUSINESS", "AT_CUSTOMER"],
    "extras": [{"name": "Beads", "price": {"amount": "2000.00", "currency": "NGN"}, "duration_min": 15}],
    "sop_template": [{"id": "patch-test", "label": "Patch test done", "required": True}],
}
PART_NAMES = ("price", "performers", "fixed_performers", "extras", "images")


class Services(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="Services",
        description="Active services of verified and active businesses. Prices are filtered in each one's currency.",
        permissions=ANYONE,
        parameters=[ServiceQuery],
        responses=ServiceCard(many=True),
        errors=[Invalid],
        operation_id="services_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(ServiceQuery)
        rows = filtered_items(Service.objects.public(), query)
        if kind := query.get("service_type"):
            rows = rows.filter(service_type=kind)
        if place := query.get("place"):
            rows = rows.filter(places__contains=[place])
        if staff_id := query.get("staff"):
            staff = StaffMember.objects.at_public_businesses().filter(pk=staff_id).first()
            rows = rows.none() if staff is None else queries.services_performed_by(staff, rows)
        ordering = query.get("ordering") or ["-rating_average"]
        return self.paginated(selections.services(rows).order_by(*ordering, "pk"), ServiceCard)

    @documented(
        summary="Offer a service",
        description="With extras, the people who perform it, its checklist and its booking rules.",
        permissions=OWNER_OR_OPS,
        request=ServiceIn,
        responses={201: ServicePage},
        errors=[BusinessNotFound, NotYourBusiness, CurrencyMismatch, Invalid],
        example=EXAMPLE,
        operation_id="services_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        fields = self.read_input(ServiceIn)
        service = operations.create_service(
            business_id=fields.pop("business"), parts=_parts(fields), fields=fields, by=request.user, at=clock.now()
        )
        return success(_page(service.pk), message="The service is there.", status=201)


class ServiceDetail(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="A service's page",
        permissions=ANYONE,
        responses=ServicePage,
        errors=[ServiceNotFound],
        operation_id="services_read",
    )
    def get(self, request: Request, service_id: UUID) -> Response:
        service = selections.whole_service(Service.objects.public(), service_id)
        if service is None:
            raise ServiceNotFound
        return Response(ServicePage(service).data)

    @documented(
        summary="Change a service",
        description="Fields that are left out stay. What was booked before keeps its price and its checklist.",
        permissions=OWNER_OR_OPS,
        request=ServiceEditIn,
        responses=ServicePage,
        errors=[ServiceNotFound, NotYourBusiness, CurrencyMismatch, Invalid],
        example={"price": {"amount": "27500.00", "currency": "NGN"}},
        operation_id="services_edit",
    )
    def patch(self, request: Request, service_id: UUID) -> Response:
        return self._edit(request, service_id, ServiceEditIn)

    @documented(
        summary="Write a service anew",
        permissions=OWNER_OR_OPS,
        request=ServiceChangesIn,
        responses=ServicePage,
        errors=[ServiceNotFound, NotYourBusiness, CurrencyMismatch, Invalid],
        example={name: value for name, value in EXAMPLE.items() if name != "business"},
        operation_id="services_replace",
    )
    def put(self, request: Request, service_id: UUID) -> Response:
        return self._edit(request, service_id, ServiceChangesIn)

    @documented(
        summary="Withdraw a service",
        description="It can no longer be found or booked; what was booked stays.",
        permissions=OWNER_OR_OPS,
        responses={204: None},
        errors=[ServiceNotFound, NotYourBusiness],
        operation_id="services_delete",
    )
    def delete(self, request: Request, service_id: UUID) -> Response:
        operations.delete_service(service_id=service_id, by=request.user, at=clock.now())
        return Response(status=204)

    def _edit(self, request: Request, service_id: UUID, shape: type[ServiceChangesIn]) -> Response:
        changes = self.read_input(shape)
        operations.edit_service(
            service_id=service_id, parts=_parts(changes), changes=changes, by=request.user, at=clock.now()
        )
        return success(_page(service_id), message="Saved.")


class ServicesOfBusiness(DeskView):
    @documented(
        summary="A business's services, the inactive ones too",
        permissions="Members of the business; ADMIN, OPS, VIEWER. Others get a 404.",
        parameters=[MineQuery],
        responses=ServiceCard(many=True),
        errors=[BusinessNotFound, Invalid],
        operation_id="businesses_services_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        rows = own_items(Service.objects.filter(business=business), self.read_query(MineQuery))
        return self.paginated(selections.services(rows).order_by("-is_active", "title", "pk"), ServiceCard)


def filtered_items(rows: Any, query: dict[str, Any]) -> Any:
    """Services or products by what both are filtered by."""
    if words := query.get("search"):
        rows = selections.named_like(rows, "title", words)
    if slug := query.get("category"):
        rows = selections.in_category(rows, "category", slug)
    if business := query.get("business"):
        rows = rows.filter(named_business(business))
    return selections.priced(rows, price_min=query.get("price_min"), price_max=query.get("price_max"))


def own_items(rows: Any, query: dict[str, Any]) -> Any:
    """Services or products of one's own, by what the desk filters by."""
    if words := query.get("search"):
        rows = selections.named_like(rows, "title", words)
    if (active := query.get("is_active")) is not None:
        rows = rows.filter(is_active=active)
    return rows


def named_business(name: str) -> Q:
    """Rows of the business with this id or slug."""
    try:
        return Q(business_id=UUID(name))
    except ValueError:
        return Q(business__slug=name)


def _parts(fields: dict[str, Any]) -> operations.ServiceParts:
    """What hangs on a service, taken out of ``fields``."""
    return operations.ServiceParts(**{name: fields.pop(name) for name in PART_NAMES if name in fields})


def _page(service_id: UUID) -> Any:
    return ServicePage(selections.whole_service(Service.objects.all(), service_id)).data
