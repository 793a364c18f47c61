"""What a business has on its shelf, taken and put back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.catalog.errors import OutOfStock, ProductNotFound
from apps.catalog.models import Product
from apps.core import public_cache


@transaction.atomic
def take_stock(*, product_id: UUID, business_id: UUID, quantity: int, at: datetime) -> Product:
    """So many are off the shelf, of those that nobody has reserved; the product as it is now.

    Raises: ProductNotFound where the business does not sell it; OutOfStock, whose data says how many are left.
    """
    products = Product.objects.filter(pk=product_id, business_id=business_id, is_active=True)
    enough = products.filter(stock_count__gte=F("reserved") + quantity)
    taken = enough.update(stock_count=F("stock_count") - quantity, updated_at=at)
    product: Product | None = products.first()
    if product is None:
        raise ProductNotFound
    if not taken:
        raise OutOfStock(data={"product": str(product.pk), "left": product.stock_count - product.reserved})
    public_cache.forget_all()
    return product


@transaction.atomic
def put_back_stock(*, product_id: UUID, quantity: int, at: datetime) -> None:
    """So many are on the shelf again."""
    Product.all_objects.filter(pk=product_id).update(stock_count=F("stock_count") + quantity, updated_at=at)
    public_cache.forget_all()
