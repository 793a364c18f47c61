"""Packages and bundles: public lists and pages, and what their business writes."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations
from apps.catalog.api import selections
from apps.catalog.api.deal_shapes import (
    BundleChangesIn,
    BundleEditIn,
    BundleIn,
    BundleOut,
    DealQuery,
    PackageChangesIn,
    PackageEditIn,
    PackageIn,
    PackageOut,
)
from apps.catalog.api.item_inputs import MineQuery
from apps.catalog.api.owners import OWNER_OR_OPS, DeskView
from apps.catalog.api.public import ANYONE, PublicView, ReadsOpenWritesSignedIn
from apps.catalog.api.services import named_business, own_items
from apps.catalog.errors import BundleNotFound, BusinessNotFound, CurrencyMismatch, NotYourBusiness, PackageNotFound
from apps.catalog.models import Bundle, Deal, Package
from apps.catalog.operations import DealPart
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent

_SERVICE = "0198c0de-0000-7000-8000-000000000002"
PACKAGE = {
    "business": "0198c0de-0000-7000-8000-000000000001",
    "title": "Five massages",
    "description": "Half a year of calm.",
    "valid_days": 180,
    "discount_percent": 15,
    "services": [{"service": _SERVICE, "uses": 5}],
}
BUNDLE = {
    "business": "0198c0de-0000-7000-8000-000000000001",
    "title": "A day off",
    "valid_days": 90,
    "price": {"amount": "40000.00", "currency": "NGN"},
    "services": [{"service": _SERVICE, "uses": 1}],
}
_WRITING = [BusinessNotFound, NotYourBusiness, CurrencyMismatch, Invalid]
_PUBLIC = "Active ones of verified and active businesses that offer all of the services, with what is saved."
MEMBERS = "Members of the business; ADMIN, OPS, VIEWER. Others get a 404."


class _Deals(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]
    kind: type[Deal]
    shape: Any
    missing: Any

    def listed(self) -> Response:
        query = self.read_query(DealQuery)
        rows = self.kind.objects.public()
        if words := query.get("search"):
            rows = selections.named_like(rows, "title", words)
        if business := query.get("business"):
            rows = rows.filter(named_business(business))
        if service := query.get("service"):
            rows = rows.filter(items__service_id=service)
        ordering = query.get("ordering") or ["-created_at"]
        return self.paginated(selections.deals(rows).order_by(*ordering, "pk"), self.shape)

    def created(self, shape: Any) -> Any:
        fields = self.read_input(shape)
        deal = operations.create_deal(
            kind=self.kind, business_id=fields.pop("business"), parts=_parts(fields), price=fields.pop("price", None),
            fields=fields, by=self.request.user, at=clock.now(),
        )  # fmt: skip
        return self.page(deal.pk)

    def shown(self, deal_id: UUID) -> Response:
        deal = selections.deals(self.kind.objects.public()).filter(pk=deal_id).first()
        if deal is None:
            raise self.missing
        return Response(self.shape(deal).data)

    def edited(self, deal_id: UUID, shape: Any) -> Response:
        changes = self.read_input(shape)
        parts = _parts(changes) if "services" in changes else None
        operations.edit_deal(
            kind=self.kind, deal_id=deal_id, parts=parts, price=changes.pop("price", None), changes=changes,
            by=self.request.user, at=clock.now(),
        )  # fmt: skip
        return success(self.page(deal_id), message="Saved.")

    def deleted(self, deal_id: UUID) -> Response:
        operations.delete_deal(kind=self.kind, deal_id=deal_id, by=self.request.user, at=clock.now())
        return Response(status=204)

    def page(self, deal_id: UUID) -> Any:
        return self.shape(selections.deals(self.kind.objects.filter(pk=deal_id)).get()).data


class _Packages(_Deals):
    kind, shape, missing = Package, PackageOut, PackageNotFound


class _Bundles(_Deals):
    kind, shape, missing = Bundle, BundleOut, BundleNotFound


class Packages(_Packages):
    @documented(
        summary="Packages", description=_PUBLIC, permissions=ANYONE, parameters=[DealQuery],
        responses=PackageOut(many=True), errors=[Invalid], operation_id="packages_list",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.listed()

    @documented(
        summary="Sell a package",
        description="Services at a discount: the price follows what the services cost on the day somebody buys it.",
        permissions=OWNER_OR_OPS, request=PackageIn, responses={201: PackageOut}, errors=_WRITING, example=PACKAGE,
        operation_id="packages_create",
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        return success(self.created(PackageIn), message="The package is there.", status=201)


class PackageDetail(_Packages):
    @documented(
        summary="A package's page", permissions=ANYONE, responses=PackageOut, errors=[PackageNotFound],
        operation_id="packages_read",
    )  # fmt: skip
    def get(self, request: Request, package_id: UUID) -> Response:
        return self.shown(package_id)

    @documented(
        summary="Change a package", description="Fields that are left out stay. What was bought stays as it was bought.",
        permissions=OWNER_OR_OPS, request=PackageEditIn, responses=PackageOut, errors=[PackageNotFound, *_WRITING[1:]],
        example={"discount_percent": 20}, operation_id="packages_edit",
    )  # fmt: skip
    def patch(self, request: Request, package_id: UUID) -> Response:
        return self.edited(package_id, PackageEditIn)

    @documented(
        summary="Write a package anew", permissions=OWNER_OR_OPS, request=PackageChangesIn, responses=PackageOut,
        errors=[PackageNotFound, *_WRITING[1:]],
        example={name: value for name, value in PACKAGE.items() if name != "business"},
        operation_id="packages_replace",
    )  # fmt: skip
    def put(self, request: Request, package_id: UUID) -> Response:
        return self.edited(package_id, PackageChangesIn)

    @documented(
        summary="Withdraw a package", description="It can no longer be found or bought; what was bought can be used.",
        permissions=OWNER_OR_OPS, responses={204: None}, errors=[PackageNotFound, NotYourBusiness],
        operation_id="packages_delete",
    )  # fmt: skip
    def delete(self, request: Request, package_id: UUID) -> Response:
        return self.deleted(package_id)


class Bundles(_Bundles):
    @documented(
        summary="Bundles", description=_PUBLIC, permissions=ANYONE, parameters=[DealQuery],
        responses=BundleOut(many=True), errors=[Invalid], operation_id="bundles_list",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.listed()

    @documented(
        summary="Sell a bundle", description="Services together, at one total that is no more than they cost one by one.",
        permissions=OWNER_OR_OPS, request=BundleIn, responses={201: BundleOut}, errors=_WRITING, example=BUNDLE,
        operation_id="bundles_create",
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        return success(self.created(BundleIn), message="The bundle is there.", status=201)


class BundleDetail(_Bundles):
    @documented(
        summary="A bundle's page", permissions=ANYONE, responses=BundleOut, errors=[BundleNotFound],
        operation_id="bundles_read",
    )  # fmt: skip
    def get(self, request: Request, bundle_id: UUID) -> Response:
        return self.shown(bundle_id)

    @documented(
        summary="Change a bundle", description="Fields that are left out stay. What was bought stays as it was bought.",
        permissions=OWNER_OR_OPS, request=BundleEditIn, responses=BundleOut, errors=[BundleNotFound, *_WRITING[1:]],
        example={"valid_days": 120}, operation_id="bundles_edit",
    )  # fmt: skip
    def patch(self, request: Request, bundle_id: UUID) -> Response:
        return self.edited(bundle_id, BundleEditIn)

    @documented(
        summary="Write a bundle anew", permissions=OWNER_OR_OPS, request=BundleChangesIn, responses=BundleOut,
        errors=[BundleNotFound, *_WRITING[1:]],
        example={name: value for name, value in BUNDLE.items() if name != "business"}, operation_id="bundles_replace",
    )  # fmt: skip
    def put(self, request: Request, bundle_id: UUID) -> Response:
        return self.edited(bundle_id, BundleChangesIn)

    @documented(
        summary="Withdraw a bundle", description="It can no longer be found or bought; what was bought can be used.",
        permissions=OWNER_OR_OPS, responses={204: None}, errors=[BundleNotFound, NotYourBusiness],
        operation_id="bundles_delete",
    )  # fmt: skip
    def delete(self, request: Request, bundle_id: UUID) -> Response:
        return self.deleted(bundle_id)


class _DealsOfBusiness(DeskView):
    kind: type[Deal]
    shape: Any

    def listed(self, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        rows = own_items(self.kind.objects.filter(business=business), self.read_query(MineQuery))
        return self.paginated(selections.deals(rows).order_by("-is_active", "title", "pk"), self.shape)


class PackagesOfBusiness(_DealsOfBusiness):
    kind, shape = Package, PackageOut

    @documented(
        summary="A business's packages, the inactive ones too", permissions=MEMBERS, parameters=[MineQuery],
        responses=PackageOut(many=True), errors=[BusinessNotFound, Invalid], operation_id="businesses_packages_list",
    )  # fmt: skip
    def get(self, request: Request, business_id: UUID) -> Response:
        return self.listed(business_id)


class BundlesOfBusiness(_DealsOfBusiness):
    kind, shape = Bundle, BundleOut

    @documented(
        summary="A business's bundles, the inactive ones too", permissions=MEMBERS, parameters=[MineQuery],
        responses=BundleOut(many=True), errors=[BusinessNotFound, Invalid], operation_id="businesses_bundles_list",
    )  # fmt: skip
    def get(self, request: Request, business_id: UUID) -> Response:
        return self.listed(business_id)


def _parts(fields: dict[str, Any]) -> list[DealPart]:
    return [DealPart(service_id=part["service"], uses=part["uses"]) for part in fields.pop("services")]
