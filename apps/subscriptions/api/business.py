"""A business's subscription, for its owner."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.errors import BusinessNotFound, NotYourBusiness
from apps.catalog.models import Business
from apps.core import clock
from apps.core.api.pagination import NewestFirst, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainView
from apps.core.idempotency import KeyReused, idempotent
from apps.core.money import Money
from apps.subscriptions import errors, operations, queries, rules
from apps.subscriptions.api.shapes import (
    BusinessPlanOut,
    ChangePreviewOut,
    PeriodOut,
    PlanChangeIn,
    SubscribeIn,
    SubscriptionOut,
)
from apps.subscriptions.models import Subscription

OWNER = "The owner. Employees, staff and operations get a 403, everybody else a 404."
LOOKING = "The owner; ADMIN, OPS, VIEWER. Other members get a 403, everybody else a 404."
NOT_FOUND = [BusinessNotFound, NotYourBusiness]
_CHANGES = [
    *NOT_FOUND,
    errors.NoSuchSubscription,
    errors.NoSuchPlan,
    errors.PlanNotOffered,
    errors.SubscriptionNotRunning,
]


class _OwnersView(DomainView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "payment"
    closed_to_api_keys = True

    def business_to_see(self, business_id: UUID) -> Business:
        """The business, for whoever may see what it pays. Raises: BusinessNotFound, NotYourBusiness."""
        business: Business | None = Business.objects.visible_to(self.request.user).filter(pk=business_id).first()
        if business is None:
            raise BusinessNotFound
        if not rules.may_see_subscription(self.request.user, business):
            raise NotYourBusiness
        return business


def _shown(subscription: Subscription) -> dict[str, Any]:
    named = Subscription.objects.with_names().get(pk=subscription.pk)
    return dict(SubscriptionOut(named).data)


class SubscriptionView(_OwnersView):
    @documented(
        summary="The plan of a business",
        description="What it gives, and the subscription with what is due; on BASIC there is none.",
        permissions=LOOKING,
        responses=BusinessPlanOut,
        errors=NOT_FOUND,
        operation_id="businesses_subscription_read",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_to_see(business_id)
        told = {"plan": queries.plan_of(business), "subscription": queries.subscription_of(business)}
        return Response(BusinessPlanOut(told).data)

    @documented(
        summary="Subscribe to a plan",
        description=(
            "From `AVAILABLE` it is paid and holds at once. Else `due` is an item for `POST /payments/initialize/`: the plan "
            "holds when that is paid, and the way it was paid is saved and charged each month. `GATEWAY` lets the gateway "
            "renew it. One that was never paid makes room for another."
        ),
        permissions=OWNER,
        request=SubscribeIn,
        responses={201: SubscriptionOut},
        errors=[
            *NOT_FOUND,
            errors.NoSuchPlan,
            errors.PlanNotOffered,
            errors.AlreadySubscribed,
            errors.NotEnoughAvailable,
            KeyReused,
        ],
        example={"plan": "PRO", "pay_from": "CARD"},
        operation_id="businesses_subscription_create",
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        given = self.read_input(SubscribeIn)
        subscription = operations.subscribe(
            business_id=business_id,
            plan_code=given["plan"],
            pay_from=given["pay_from"],
            by=request.user,
            at=clock.now(),
        )
        message = "Your plan holds." if subscription.gives else "Pay what is due, and your plan holds."
        return success(_shown(subscription), message=message, status=201)


class ChangeView(_OwnersView):
    @documented(
        summary="Change the plan",
        description=(
            "A larger plan holds at once, for its share of what is left of the month, by the second and rounded down: from "
            "`AVAILABLE` it is paid now, by a saved card within moments; `due` can also be paid by `POST /payments/initialize/`. "
            "A smaller plan holds from the next month on, and nobody has to go; `BASIC` calls the subscription off. The plan "
            "that holds now takes back a change that waits."
        ),
        permissions=OWNER,
        request=PlanChangeIn,
        responses=SubscriptionOut,
        errors=[*_CHANGES, errors.NotEnoughAvailable, KeyReused],
        example={"plan": "PREMIUM"},
        operation_id="businesses_subscription_change",
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        plan = self.read_input(PlanChangeIn)["plan"]
        changed = operations.change_plan(business_id=business_id, plan_code=plan, by=request.user, at=clock.now())
        return success(_shown(changed), message="Changed.")


class PreviewView(_OwnersView):
    @documented(
        summary="What changing the plan would cost",
        description="Nothing is changed.",
        permissions=OWNER,
        request=PlanChangeIn,
        responses=ChangePreviewOut,
        errors=_CHANGES,
        example={"plan": "PREMIUM"},
        operation_id="businesses_subscription_preview",
    )
    def post(self, request: Request, business_id: UUID) -> Response:
        plan = self.read_input(PlanChangeIn)["plan"]
        change = operations.preview_change(business_id=business_id, plan_code=plan, by=request.user, at=clock.now())
        currency = change.subscription.currency
        told = {
            "plan": change.plan,
            "price": Money(change.price_minor, currency),
            "due": Money(change.due_minor, currency),
            "starts_at": change.starts_at,
            "is_at_once": change.is_at_once,
        }
        return Response(ChangePreviewOut(told).data)


class CancelView(_OwnersView):
    @documented(
        summary="Call the subscription off",
        description="It ends with the month that is paid for; one that is not paid ends now. Repeating it is harmless.",
        permissions=OWNER,
        request=StrictEmptyInput,
        responses=SubscriptionOut,
        errors=[*NOT_FOUND, errors.NoSuchSubscription, KeyReused],
        example={},
        operation_id="businesses_subscription_cancel",
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        ended = operations.cancel_subscription(business_id=business_id, by=request.user, at=clock.now())
        return success(_shown(ended), message="Called off.")


class ResumeView(_OwnersView):
    @documented(
        summary="Go on with the subscription",
        description="Until the month that is paid for has ended. Repeating it is harmless.",
        permissions=OWNER,
        request=StrictEmptyInput,
        responses=SubscriptionOut,
        errors=[*NOT_FOUND, errors.NoSuchSubscription, errors.SubscriptionNotRunning, KeyReused],
        example={},
        operation_id="businesses_subscription_resume",
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        resumed = operations.resume_subscription(business_id=business_id, by=request.user, at=clock.now())
        return success(_shown(resumed), message="It goes on.")


class PeriodsView(_OwnersView):
    pagination_class = NewestFirst

    @documented(
        summary="What was paid for plans",
        description="Every month and every larger plan, the latest first, with the payment or the transfer that paid it.",
        permissions=LOOKING,
        responses=PeriodOut(many=True),
        errors=NOT_FOUND,
        operation_id="businesses_subscription_periods_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_to_see(business_id)
        return paged(self, request, queries.bills_of(business), PeriodOut)
