"""A business as its own people see and change it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations, ports, rules
from apps.catalog.api import selections
from apps.catalog.api.actions import actions_of
from apps.catalog.api.desk_outputs import MyBusiness, MyBusinessPage, VerificationOut
from apps.catalog.api.inputs import BusinessChangesIn, BusinessIn
from apps.catalog.errors import BusinessNotFound, NotYourBusiness, SeatsTaken
from apps.catalog.models import Business
from apps.catalog.states import MembershipKind
from apps.core import clock
from apps.core.api.pagination import PagePagination
from apps.core.api.permissions import IsBusinessMember, IsCEO
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainView
from apps.core.errors import Invalid, NotAllowed
from apps.core.idempotency import idempotent

EXAMPLE = {
    "name": "Adeola Hair Studio",
    "about": "Braids, cuts and colour.",
    "address": "12 Admiralty Way, Lekki",
    "city": "Lagos",
    "country": "NG",
    "location": {"lat": 6.4474, "lng": 3.4723},
    "time_zone": "Africa/Lagos",
    "currency": "NGN",
    "categories": ["hair"],
    "owner_performs_services": True,
}
OWNER_OR_OPS = "The owner; ADMIN and OPS. Other members get a 403, everybody else a 404."


class DeskView(DomainView):
    """A view for people who belong to a business."""

    permission_classes: Any = [IsAuthenticated]
    pagination_class = PagePagination

    def paginated(self, rows: Any, serializer_class: Any) -> Response:
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response(serializer_class(found, many=True).data)

    def business_or_404(self, business_id: UUID) -> Business:
        """The business, for those who belong there and for the marketplace's own people."""
        business = Business.objects.visible_to(self.request.user).filter(pk=business_id).first()
        if business is None:
            raise BusinessNotFound
        return business  # type: ignore[no-any-return]  # the manager is untyped


class MyBusinesses(DeskView):
    permission_classes: Any = [IsBusinessMember]

    @documented(
        summary="My businesses",
        description="The businesses that the caller owns or whose desk they run, with booking counts, newest first.",
        permissions="CEO and employees (others who work for a business see an empty list).",
        responses=MyBusiness(many=True),
        operation_id="owners_my_businesses_list",
    )
    def get(self, request: Request) -> Response:
        rows = Business.objects.member_of(request.user, MembershipKind.OWNER, MembershipKind.EMPLOYEE)
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(selections.cards(rows).order_by("-created_at", "pk"), request, view=self)
        dress(found, request.user)
        for business in found:
            business.available_actions = [action.name for action in business.available_actions]
        return paginator.get_paginated_response(MyBusiness(found, many=True).data)


class NewBusiness(DeskView):
    permission_classes: Any = [IsCEO]

    @documented(
        summary="Open a business",
        description="The creator is its owner. It starts unverified: it can neither be booked nor be paid yet.",
        permissions="CEO.",
        request=BusinessIn,
        responses={201: MyBusinessPage},
        errors=[Invalid, NotAllowed],
        example=EXAMPLE,
        operation_id="owners_businesses_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        fields = self.read_input(BusinessIn)
        business = operations.create_business(
            categories=fields.pop("categories", []),
            owner_performs=fields.pop("owner_performs_services", False),
            fields=fields,
            by=request.user,
            at=clock.now(),
        )
        return success(_page(business.pk, request.user), message="Your business is there.", status=201)


class MyBusinessDetail(DeskView):
    @documented(
        summary="One of my businesses",
        description="With what the public does not see, and what the caller could do next.",
        permissions="Its owner and employees; ADMIN, OPS, VIEWER.",
        responses=MyBusinessPage,
        errors=[BusinessNotFound],
        operation_id="owners_businesses_read",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        if not rules.may_look_at_desk(request.user, self.business_or_404(business_id)):
            raise BusinessNotFound
        return Response(_page(business_id, request.user))


class EditBusiness(DeskView):
    @documented(
        summary="Change a business's page and booking rules",
        description="Fields that are left out stay as they are.",
        permissions=OWNER_OR_OPS,
        request=BusinessChangesIn,
        responses=MyBusinessPage,
        errors=[BusinessNotFound, NotYourBusiness, SeatsTaken, Invalid],
        example={"about": "Open on Sundays too.", "notice_min": 120},
        operation_id="businesses_edit",
    )
    def patch(self, request: Request, business_id: UUID) -> Response:
        changes = self.read_input(BusinessChangesIn)
        operations.edit_business(
            business_id=business_id,
            categories=changes.pop("categories", None),
            owner_performs=changes.pop("owner_performs_services", None),
            changes=changes,
            by=request.user,
            at=clock.now(),
        )
        return success(_page(business_id, request.user), message="Saved.")


class SetActivity(DeskView):
    """``…/activate/`` and ``…/deactivate/``."""

    is_active = True

    @documented(
        summary="Open or close a business to customers",
        description="A closed business is hidden and takes no new jobs; its bookings stay. Repeating it is harmless.",
        permissions=OWNER_OR_OPS,
        request=EmptyInput,
        responses=VerificationOut,
        errors=[BusinessNotFound, NotYourBusiness],
    )
    def put(self, request: Request, business_id: UUID) -> Response:
        self.read_input(EmptyInput)
        business = operations.set_activity(
            business_id=business_id, is_active=self.is_active, by=request.user, at=clock.now()
        )
        message = "The business is open to customers." if self.is_active else "The business is closed to customers."
        return success(VerificationOut(business).data, message=message)


class Activate(SetActivity):
    is_active = True


class Deactivate(SetActivity):
    is_active = False


def dress(businesses: list[Any], user: Any) -> None:
    """Each business carries its booking counts and the caller's actions, in one query for all."""
    counts = ports.booking_counts([business.pk for business in businesses])
    at = clock.now()
    for business in businesses:
        business.bookings = counts[business.pk]
        business.takes_jobs = rules.may_be_booked(business, at)
        business.available_actions = actions_of(business, user)


def _page(business_id: UUID, user: Any) -> Any:
    business = selections.page(Business.objects.filter(pk=business_id)).first()
    if business is None:
        raise Http404
    dress([business], user)
    return MyBusinessPage(business).data
