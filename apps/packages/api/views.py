"""Packages and bundles are bought, looked at and given back. They are paid for like everything else."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.errors import BundleNotFound, PackageNotFound, PriceChanged
from apps.catalog.models import Bundle, Deal, Package
from apps.core import clock
from apps.core.api.permissions import Trades
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent
from apps.packages import errors, operations
from apps.packages.api import shapes
from apps.packages.api.shapes import BuyIn, PurchaseOut, PurchaseRowOut, PurchasesQuery, RefundUsesIn
from apps.packages.models import Purchase, Use
from apps.packages.queries import find_visible, looker_of, visible_to

WHO_BUYS = "Anyone signed in, the marketplace's own people apart."
WHO_SEES = "Its customer, the business's desk and owner, ops; for others it is not there."
_EXAMPLE = {"expected_price": {"amount": "21250.00", "currency": "NGN"}}
_BUY = "At today's price; it can be paid for half an hour, as a `{}`. Its time runs from when it is paid."


class MayBuy(Trades):
    """Whoever is signed in may look at what is theirs and buy; the marketplace's own people do not buy."""

    trading_actions = frozenset({"buy_package", "buy_bundle"})


class Purchases(DomainViewSet):
    queryset = Purchase.objects.none()
    serializer_class = PurchaseOut
    permission_classes = [MayBuy]

    @documented(
        summary="Buy a package", description=_BUY.format("PACKAGE"), permissions=WHO_BUYS, request=BuyIn,
        responses={201: PurchaseOut}, errors=[PackageNotFound, errors.NotForSale, PriceChanged], example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def buy_package(self, request: Request, package_id: UUID) -> Response:
        return self._buy(Package, package_id)

    @documented(
        summary="Buy a bundle", description=_BUY.format("BUNDLE"), permissions=WHO_BUYS, request=BuyIn,
        responses={201: PurchaseOut}, errors=[BundleNotFound, errors.NotForSale, PriceChanged], example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def buy_bundle(self, request: Request, bundle_id: UUID) -> Response:
        return self._buy(Bundle, bundle_id)

    @documented(
        summary="List what I have bought", description="Packages and bundles with the uses left, the latest first.",
        permissions="Anyone signed in: one's own.", responses=PurchaseRowOut(many=True), parameters=[PurchasesQuery],
        operation_id="packages_mine_list",
    )  # fmt: skip
    def mine(self, request: Request) -> Response:
        return self._page(Purchase.objects.of_customer(request.user.pk))

    @documented(
        summary="List what was bought", description="One's own and those of one's businesses, the latest first.",
        permissions=WHO_SEES, responses=PurchaseRowOut(many=True), parameters=[PurchasesQuery],
        operation_id="packages_purchases_list",
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        return self._page(visible_to(request.user).order_by("-created_at", "-pk"))

    @documented(
        summary="Look at a purchase", description="Every use with what it is worth, and the booking that has it.",
        permissions=WHO_SEES, responses=PurchaseOut, errors=[errors.NoSuchPurchase],
    )  # fmt: skip
    def retrieve(self, request: Request, purchase_id: UUID) -> Response:
        return self.answer(purchase_id)

    @documented(
        summary="Give unused uses back",
        description="What was paid for them goes to the customer's wallet; until they have run out.",
        permissions="Its customer, the business's desk and owner; ops with a reason.", request=RefundUsesIn,
        responses=PurchaseOut, example={"reason": "Moving to another city."},
        errors=[errors.NoSuchPurchase, errors.PurchaseNotYours, errors.PurchaseReasonMissing, errors.NothingToRefund],
    )  # fmt: skip
    @idempotent
    def refund(self, request: Request, purchase_id: UUID) -> Response:
        given = self.read_input(RefundUsesIn)
        operations.refund_uses(
            purchase_id=purchase_id, by=request.user, at=clock.now(), use_ids=given.get("uses"),
            reason=given.get("reason", ""),
        )  # fmt: skip
        return self.answer(purchase_id, message="The money is on its way to the wallet.")

    def _buy(self, kind: type[Deal], deal_id: UUID) -> Response:
        wanted = self.read_input(BuyIn).get("expected_price")
        made = operations.buy(kind=kind, deal_id=deal_id, by=self.request.user, at=clock.now(), expected_price=wanted)
        return self.answer(made.pk, message="It is yours as soon as it is paid.", status=201)

    def answer(self, purchase_id: UUID, *, message: str = "", status: int = 200) -> Response:
        """The purchase as it is now, as the caller may see it."""
        user = self.request.user
        shown = shapes.detail(find_visible(user, purchase_id), looker_of(user), clock.now())
        return success(shown, message=message, status=status)

    def _page(self, purchases: Any) -> Response:
        at, looker, wanted = clock.now(), looker_of(self.request.user), self.read_query(PurchasesQuery)
        if "business" in wanted:
            purchases = purchases.filter(business_id=wanted["business"])
        if wanted.get("has_uses") is not None:
            left = Exists(Use.objects.open_at(at).filter(purchase=OuterRef("pk")))
            purchases = purchases.filter(left if wanted["has_uses"] else ~left)
        page = self.paginate_queryset(purchases.with_parts())
        return self.get_paginated_response([shapes.row(purchase, looker, at) for purchase in page])
