"""Public pages: categories, businesses."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api import selections
from apps.catalog.api.filters import BusinessQuery, CategoryQuery
from apps.catalog.api.outputs import BusinessCard, BusinessPage, CategoryNode, CategoryStaff
from apps.catalog.models import Business, Category, StaffMember
from apps.core.api.pagination import PagePagination
from apps.core.api.public_pages import PublicPages
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import Invalid, NotFound

ANYONE = "Anyone, signed in or not."


class ReadsOpenWritesSignedIn(BasePermission):
    """Anyone may read; who may write is decided by the operation."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or bool(request.user.is_authenticated)


class PublicView(PublicPages, DomainView):
    """A page that everybody may read and that shows everybody the same."""

    permission_classes = [AllowAny]
    pagination_class = PagePagination

    def paginated(self, rows: Any, serializer_class: Any) -> Response:
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response(serializer_class(found, many=True).data)


class Categories(PublicView):
    @documented(
        summary="The tree of categories",
        description="Active categories; each root carries those below it.",
        permissions=ANYONE,
        parameters=[CategoryQuery],
        responses=CategoryNode(many=True),
        operation_id="categories_list",
    )
    def get(self, request: Request) -> Response:
        kind = self.read_query(CategoryQuery).get("kind")
        rows = Category.objects.filter(is_active=True).order_by("position", "name", "pk")
        return self.paginated(_roots(list(rows.filter(kind=kind) if kind else rows)), CategoryNode)


def _roots(rows: list[Any]) -> list[Any]:
    """Those without an active parent's branch to hang on are left out, unless they are roots."""
    known = {row.pk: row for row in rows}
    for row in rows:
        row.branches = []
    for row in rows:
        if row.parent_id in known:
            known[row.parent_id].branches.append(row)
    return [row for row in rows if row.parent_id is None]


class CategoryStaffList(PublicView):
    @documented(
        summary="Who serves a category",
        description=(
            "People of verified businesses whose skills lie in the category or below it, and those whom a service there "
            "names, best rated first."
        ),
        permissions=ANYONE,
        responses=CategoryStaff(many=True),
        errors=[NotFound],
        operation_id="categories_staff_list",
    )
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(Category, slug=slug, is_active=True)
        staff = StaffMember.objects.at_public_businesses()
        rows = (
            selections.serving(staff, slug)
            .select_related("business")
            .defer("business__cac_number", "business__bank_details")
        )
        return self.paginated(rows.order_by("-rating_average", "-jobs_completed", "pk"), CategoryStaff)


class Businesses(PublicView):
    @documented(
        summary="Businesses",
        description=(
            "Verified and active businesses. `lat`, `lng` and `radius_km` find those near a place, nearest first; "
            "`search` tolerates typing errors. The ranking by distance and rating is at `/maestro/businesses/`."
        ),
        permissions=ANYONE,
        parameters=[BusinessQuery],
        responses=BusinessCard(many=True),
        errors=[Invalid],
        operation_id="businesses_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(BusinessQuery)
        rows = _filtered(Business.objects.public(), query)
        default = ["distance_m"] if "lat" in query else ["-rating_average"]
        return self.paginated(selections.cards(rows).order_by(*(query.get("ordering") or default), "pk"), BusinessCard)


def _filtered(rows: Any, query: dict[str, Any]) -> Any:
    if "lat" in query:
        rows = selections.near(rows, lat=query["lat"], lng=query["lng"], radius_m=query["radius_km"] * 1000)
    if words := query.get("search"):
        rows = selections.named_like(rows, "name", words)
    if slug := query.get("category"):
        rows = selections.in_category(rows, "categories", slug)
    if city := query.get("city"):
        rows = rows.filter(city__iexact=city)
    if country := query.get("country"):
        rows = rows.filter(country=country.upper())
    if (rating := query.get("min_rating")) is not None:
        rows = rows.filter(rating_average__gte=rating)
    if (featured := query.get("is_featured")) is not None:
        rows = rows.featured() if featured else rows.filter(is_featured=False, plan_is_featured=False)
    return rows


class BusinessBySlug(PublicView):
    @documented(
        summary="A business's page",
        description="Only verified and active businesses have one.",
        permissions=ANYONE,
        responses=BusinessPage,
        errors=[NotFound],
        operation_id="businesses_read",
    )
    def get(self, request: Request, slug: str) -> Response:
        business = selections.page(Business.objects.public()).filter(slug=slug).first()
        if business is None:
            raise Http404
        return Response(BusinessPage(business).data)
