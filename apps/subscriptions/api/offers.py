"""What practitioners offer their followers."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import rules as catalog
from apps.catalog.api.public import ANYONE, ReadsOpenWritesSignedIn
from apps.catalog.models import StaffMember
from apps.core import clock
from apps.core.api.pagination import PagePagination, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent
from apps.subscriptions import errors, operations, queries
from apps.subscriptions.api.shapes import OfferChangesIn, OfferIn, OfferOut

MANAGING = "The practitioner; the owner of their business; ADMIN and OPS. Others get a 404."
_EXAMPLE = {
    "name": "Inner circle",
    "description": "Tutorials every week.",
    "price": {"amount": "2500.00", "currency": "NGN"},
}


class OffersView(DomainView):
    permission_classes = [ReadsOpenWritesSignedIn]
    pagination_class = PagePagination

    @documented(
        summary="The plans of a practitioner",
        description="The cheapest first. Who manages them also sees those that cannot be joined any more.",
        permissions=ANYONE,
        responses=OfferOut(many=True),
        errors=[errors.NoSuchPlan],
        operation_id="practitioners_plans_list",
    )
    def get(self, request: Request, practitioner_id: UUID) -> Response:
        staff = StaffMember.objects.public().select_related("business").filter(pk=practitioner_id).first()
        if staff is None:
            raise errors.NoSuchPlan("There is no such practitioner.")
        offers: Any = queries.offers_of(practitioner_id)
        if not catalog.may_edit_practitioner(request.user, staff):
            offers = offers.filter(is_active=True)
        return paged(self, request, offers, OfferOut)

    @documented(
        summary="Offer a plan to followers",
        description="Its money waits in escrow month by month, like every trade's, and clears 24 hours after the month began.",
        permissions=MANAGING,
        request=OfferIn,
        responses={201: OfferOut},
        errors=[errors.NoSuchPlan, Invalid],
        example=_EXAMPLE,
        operation_id="practitioners_plans_create",
    )
    @idempotent
    def post(self, request: Request, practitioner_id: UUID) -> Response:
        given = self.read_input(OfferIn)
        made = operations.offer_plan(practitioner_id=practitioner_id, by=request.user, at=clock.now(), **given)
        return success(OfferOut(made).data, message="It is offered.", status=201)


class OfferView(DomainView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="Change a plan for followers",
        description="Who follows pays a new price from the first month that begins 30 days later on, and is told now.",
        permissions=MANAGING,
        request=OfferChangesIn,
        responses=OfferOut,
        errors=[errors.NoSuchPlan, Invalid],
        example={"is_active": False},
        operation_id="practitioners_plans_edit",
    )
    def patch(self, request: Request, practitioner_id: UUID, plan_id: UUID) -> Response:
        given = self.read_input(OfferChangesIn)
        price = given.pop("price", None)
        plan = operations.edit_offer(
            practitioner_id=practitioner_id,
            plan_id=plan_id,
            changes=given,
            price=price,
            by=request.user,
            at=clock.now(),
        )
        return success(OfferOut(plan).data, message="Saved.")
