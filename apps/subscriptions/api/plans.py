"""The platform's plans."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.pagination import PagePagination, paged
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.subscriptions import queries
from apps.subscriptions.api.shapes import PlanOut

ANYONE = "Anyone, signed in or not."


class PlansView(DomainView):
    permission_classes = [AllowAny]
    pagination_class = PagePagination

    @documented(
        summary="Plans for businesses",
        description="What each costs a month and gives, the smallest first. Without a subscription a business is on BASIC.",
        permissions=ANYONE,
        responses=PlanOut(many=True),
        operation_id="plans_list",
    )
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.plans_on_offer(), PlanOut)
