"""What a business sells from its shelf."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog.errors import CurrencyMismatch, NotYourBusiness, ProductNotFound, StockReserved
from apps.catalog.models import Business, Product, ProductImage
from apps.catalog.operations._access import managed_business
from apps.catalog.rules import may_manage_business
from apps.core import audit, public_cache
from apps.core.money import Money


@transaction.atomic
def create_product(
    *,
    business_id: UUID,
    fields: Mapping[str, Any],
    price: Money,
    images: Sequence[str],
    by: Any,
    at: datetime,
) -> Product:
    """The business sells one more product. Raises: BusinessNotFound; NotYourBusiness; CurrencyMismatch."""
    business = managed_business(business_id=business_id, by=by)
    product: Product = Product.objects.create(business=business, price_minor=_minor(business, price), **fields)
    _show(product, images)
    audit.record("product.created", target=product, by=by, at=at, after=_told(product))
    public_cache.forget_all()
    return product


@transaction.atomic
def edit_product(
    *,
    product_id: UUID,
    changes: Mapping[str, Any],
    price: Money | None,
    images: Sequence[str] | None,
    by: Any,
    at: datetime,
) -> Product:
    """The product is as the changes say. Raises: ProductNotFound; NotYourBusiness; CurrencyMismatch; StockReserved."""
    product = _managed_product(product_id, by)
    before = _told(product)
    if changes.get("stock_count", product.stock_count) < product.reserved:
        raise StockReserved(data={"reserved": product.reserved})
    for name, value in changes.items():
        setattr(product, name, value)
    written = set(changes)
    if price is not None:
        product.price_minor = _minor(product.business, price)
        written.add("price_minor")
    if written:
        product.save(update_fields=written)
    if images is not None:
        _show(product, images)
    audit.record("product.edited", target=product, by=by, at=at, before=before, after=_told(product))
    public_cache.forget_all()
    return product


@transaction.atomic
def delete_product(*, product_id: UUID, by: Any, at: datetime) -> None:
    """The product can no longer be found or bought; what was ordered stays. Raises: ProductNotFound; NotYourBusiness."""
    product = _managed_product(product_id, by)
    product.soft_delete(at=at)
    audit.record("product.deleted", target=product, by=by, at=at)
    public_cache.forget_all()


def _managed_product(product_id: UUID, by: Any) -> Product:
    product: Product | None = (
        Product.objects.visible_to(by).locked().select_related("business").filter(pk=product_id).first()
    )
    if product is None:
        raise ProductNotFound
    if not may_manage_business(by, product.business):
        raise NotYourBusiness
    return product


def _minor(business: Business, price: Money) -> int:
    if price.currency != business.currency:
        raise CurrencyMismatch(f"This business trades in {business.currency}.")
    return price.amount_minor


def _show(product: Product, images: Sequence[str]) -> None:
    product.images.all().delete()
    ProductImage.objects.bulk_create(
        ProductImage(product=product, url=url, position=position) for position, url in enumerate(images)
    )


def _told(product: Product) -> dict[str, Any]:
    return {"title": product.title, "price_minor": product.price_minor, "stock_count": product.stock_count}
