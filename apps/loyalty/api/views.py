"""Points: what there is, how they came and went, and redeeming them as credits."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.core.api.views import DomainView
from apps.core.conf import setting
from apps.core.idempotency import idempotent
from apps.loyalty import errors, operations, queries, rules
from apps.loyalty.models import PointEntry
from apps.loyalty.states import PointKind, Tier

WHO = "Anyone signed in, their own."
MOST_POINTS = 10**9


class WorthOut(OutputSerializer):
    currency: Any = serializers.CharField()
    worth: Any = MoneyField(help_text="What all of the points are as credits.")


class LoyaltyOut(OutputSerializer):
    points: Any = serializers.IntegerField(help_text="What can be redeemed.")
    tier: Any = serializers.ChoiceField(choices=Tier.choices)
    earned_lately: Any = serializers.IntegerField(help_text="In the last 365 days: the tier is by it.")
    next_tier: Any = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    points_to_next_tier: Any = serializers.IntegerField(allow_null=True)
    least_redeemed: Any = serializers.IntegerField()
    worth: Any = WorthOut(many=True)


class PointEntryOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    at: Any = serializers.DateTimeField(source="created_at")
    kind: Any = serializers.ChoiceField(choices=PointKind.choices)
    points: Any = serializers.IntegerField()
    credits: Any = serializers.SerializerMethodField(help_text="What they became, where they were redeemed.")

    def get_credits(self, entry: PointEntry) -> dict[str, str] | None:
        """The credits that the points became."""
        return None if entry.grant is None else money_out(entry.grant.amount_minor, entry.grant.currency)


class RedeemIn(StrictInputSerializer):
    points = serializers.IntegerField(min_value=1, max_value=MOST_POINTS)
    currency = serializers.CharField(max_length=3, help_text="Of the credits.")


def _shown(user: Any) -> dict[str, Any]:
    lately = queries.earned_lately([user.pk], clock.now()).get(user.pk, 0)
    points, following = queries.points_of(user.pk), rules.next_tier(lately)
    return {
        "points": points,
        "tier": rules.tier_of(lately),
        "earned_lately": lately,
        "next_tier": following[0] if following else None,
        "points_to_next_tier": following[1] if following else None,
        "least_redeemed": setting("LOYALTY_LEAST_REDEEMED"),
        "worth": [
            {"currency": currency, "worth": money_out(points * each, currency)}
            for currency, each in setting("LOYALTY_POINT_WORTH").items()
        ],
    }


class LoyaltyView(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Your points",
        description="They come with every completed booking or order, and more of them in a higher tier, which is by what "
        "was earned in the last 365 days.",
        permissions=WHO, responses=LoyaltyOut,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return success(_shown(request.user))


class RedeemView(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Redeem points as credits",
        description="The credits pay before anything else, and run out after a year.",
        permissions=WHO, request=RedeemIn, responses=LoyaltyOut, example={"points": 500, "currency": "NGN"},
        errors=[errors.NotEnoughPoints, errors.TooFewPoints],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        operations.redeem_points(by=request.user, at=clock.now(), **self.read_input(RedeemIn))
        return success(_shown(request.user), message="Your points are credits now.")


class PointHistoryView(ListAPIView[PointEntry]):
    permission_classes = [IsAuthenticated]
    serializer_class = PointEntryOut
    filter_backends = ()
    queryset = PointEntry.objects.none()

    def get_queryset(self) -> Any:
        return queries.history_of(self.request.user)

    @documented(
        summary="How your points came and went", description="The latest first.", permissions=WHO,
        responses=PointEntryOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
