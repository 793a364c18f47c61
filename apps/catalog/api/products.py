"""Products: public lists and pages, and what their business writes."""

from typing import Any
from uuid import UUID

from django.db.models import F
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations
from apps.catalog.api import selections
from apps.catalog.api.filters import ProductQuery
from apps.catalog.api.item_inputs import MineQuery, ProductChangesIn, ProductEditIn, ProductIn
from apps.catalog.api.owners import OWNER_OR_OPS, DeskView
from apps.catalog.api.public import ANYONE, PublicView, ReadsOpenWritesSignedIn
from apps.catalog.api.service_outputs import DeskProduct, ProductOut
from apps.catalog.api.services import filtered_items, own_items
from apps.catalog.errors import BusinessNotFound, CurrencyMismatch, NotYourBusiness, ProductNotFound, StockReserved
from apps.catalog.models import Product
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent

EXAMPLE = {
    "business": "0198c0de-0000-7000-8000-000000000001",
    "category": "hair-care",
    "title": "Shea butter, 250 g",
    "price": {"amount": "4500.00", "currency": "NGN"},
    "stock_count": 40,
    "low_stock_mark": 5,
    "weight_g": 280,
}


class Products(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="Products",
        description="Active products of verified and active businesses. Prices are filtered in each one's currency.",
        permissions=ANYONE,
        parameters=[ProductQuery],
        responses=ProductOut(many=True),
        errors=[Invalid],
        operation_id="products_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(ProductQuery)
        rows = filtered_items(Product.objects.public(), query)
        if (in_stock := query.get("in_stock")) is not None:
            rows = rows.filter(stock_count__gt=F("reserved")) if in_stock else rows.filter(stock_count=F("reserved"))
        ordering = query.get("ordering") or ["-rating_average"]
        return self.paginated(selections.products(rows).order_by(*ordering, "pk"), ProductOut)

    @documented(
        summary="Sell a product",
        permissions=OWNER_OR_OPS,
        request=ProductIn,
        responses={201: DeskProduct},
        errors=[BusinessNotFound, NotYourBusiness, CurrencyMismatch, Invalid],
        example=EXAMPLE,
        operation_id="products_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        fields = self.read_input(ProductIn)
        product = operations.create_product(
            business_id=fields.pop("business"),
            price=fields.pop("price"),
            images=fields.pop("images", []),
            fields=fields,
            by=request.user,
            at=clock.now(),
        )
        return success(_page(product.pk), message="The product is there.", status=201)


class ProductDetail(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="A product's page",
        permissions=ANYONE,
        responses=ProductOut,
        errors=[ProductNotFound],
        operation_id="products_read",
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        product = selections.products(Product.objects.public()).filter(pk=product_id).first()
        if product is None:
            raise ProductNotFound
        return Response(ProductOut(product).data)

    @documented(
        summary="Change a product",
        description="Fields that are left out stay; stock cannot fall below what is reserved.",
        permissions=OWNER_OR_OPS,
        request=ProductEditIn,
        responses=DeskProduct,
        errors=[ProductNotFound, NotYourBusiness, CurrencyMismatch, StockReserved, Invalid],
        example={"stock_count": 60},
        operation_id="products_edit",
    )
    def patch(self, request: Request, product_id: UUID) -> Response:
        return self._edit(request, product_id, ProductEditIn)

    @documented(
        summary="Write a product anew",
        permissions=OWNER_OR_OPS,
        request=ProductChangesIn,
        responses=DeskProduct,
        errors=[ProductNotFound, NotYourBusiness, CurrencyMismatch, StockReserved, Invalid],
        example={name: value for name, value in EXAMPLE.items() if name != "business"},
        operation_id="products_replace",
    )
    def put(self, request: Request, product_id: UUID) -> Response:
        return self._edit(request, product_id, ProductChangesIn)

    @documented(
        summary="Withdraw a product",
        description="It can no longer be found or bought; what was ordered stays.",
        permissions=OWNER_OR_OPS,
        responses={204: None},
        errors=[ProductNotFound, NotYourBusiness],
        operation_id="products_delete",
    )
    def delete(self, request: Request, product_id: UUID) -> Response:
        operations.delete_product(product_id=product_id, by=request.user, at=clock.now())
        return Response(status=204)

    def _edit(self, request: Request, product_id: UUID, shape: type[ProductChangesIn]) -> Response:
        changes = self.read_input(shape)
        operations.edit_product(
            product_id=product_id,
            price=changes.pop("price", None),
            images=changes.pop("images", None),
            changes=changes,
            by=request.user,
            at=clock.now(),
        )
        return success(_page(product_id), message="Saved.")


class ProductsOfBusiness(DeskView):
    @documented(
        summary="A business's products, the inactive ones too",
        permissions="Members of the business; ADMIN, OPS, VIEWER. Others get a 404.",
        parameters=[MineQuery],
        responses=DeskProduct(many=True),
        errors=[BusinessNotFound, Invalid],
        operation_id="businesses_products_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        rows = own_items(Product.objects.filter(business=business), self.read_query(MineQuery))
        return self.paginated(selections.products(rows).order_by("-is_active", "title", "pk"), DeskProduct)


def _page(product_id: UUID) -> Any:
    return DeskProduct(selections.products(Product.objects.filter(pk=product_id)).get()).data
