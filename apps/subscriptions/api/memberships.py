"""Following practitioners by their paid plans."""

from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.pagination import NewestFirst, paged
from apps.core.api.permissions import Trades
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainView
from apps.core.idempotency import KeyReused, idempotent
from apps.subscriptions import errors, operations, queries
from apps.subscriptions.api.shapes import JoinIn, PractitionerMembershipOut
from apps.subscriptions.models import Subscription

OWN = "Anyone signed in, for themselves."


class _FollowersView(DomainView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "payment"


def _shown(membership: Subscription) -> dict[str, object]:
    named = Subscription.objects.with_names().get(pk=membership.pk)
    return dict(PractitionerMembershipOut(named).data)


class JoinView(_FollowersView):
    permission_classes = [Trades]

    @documented(
        summary="Join a practitioner's plan",
        description=(
            "`due` is an item for `POST /payments/initialize/`, which may be paid by wallet or card; it begins when that is "
            "paid. It is renewed each month from `pay_from`. One that was never paid makes room for another."
        ),
        permissions="Anyone signed in, the marketplace's own people apart.",
        request=JoinIn,
        responses={201: PractitionerMembershipOut},
        errors=[errors.NoSuchPlan, errors.OwnPlan, errors.AlreadySubscribed, KeyReused],
        example={"pay_from": "CARD"},
        operation_id="practitioners_plans_join",
    )
    @idempotent
    def post(self, request: Request, plan_id: UUID) -> Response:
        given = self.read_input(JoinIn)
        membership = operations.join(plan_id=plan_id, pay_from=given["pay_from"], by=request.user, at=clock.now())
        return success(_shown(membership), message="Pay what is due, and you are in.", status=201)


class MembershipsView(_FollowersView):
    pagination_class = NewestFirst

    @documented(
        summary="Practitioners that I follow by a plan",
        description="Those that have ended too, the latest first.",
        permissions=OWN,
        responses=PractitionerMembershipOut(many=True),
        operation_id="practitioners_memberships_list",
    )
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.memberships_of(request.user), PractitionerMembershipOut)


class CancelView(_FollowersView):
    @documented(
        summary="Leave a practitioner's plan",
        description="It ends with the month that is paid for; one that is not paid ends now. Repeating it is harmless.",
        permissions=OWN,
        request=StrictEmptyInput,
        responses=PractitionerMembershipOut,
        errors=[errors.NoSuchSubscription, KeyReused],
        example={},
        operation_id="practitioners_memberships_cancel",
    )
    @idempotent
    def post(self, request: Request, membership_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        left = operations.cancel_membership(subscription_id=membership_id, by=request.user, at=clock.now())
        return success(_shown(left), message="Called off.")


class ResumeView(_FollowersView):
    @documented(
        summary="Stay in a practitioner's plan",
        description="Until the month that is paid for has ended. Repeating it is harmless.",
        permissions=OWN,
        request=StrictEmptyInput,
        responses=PractitionerMembershipOut,
        errors=[errors.NoSuchSubscription, errors.SubscriptionNotRunning, KeyReused],
        example={},
        operation_id="practitioners_memberships_resume",
    )
    @idempotent
    def post(self, request: Request, membership_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        stays = operations.resume_membership(subscription_id=membership_id, by=request.user, at=clock.now())
        return success(_shown(stays), message="It goes on.")
