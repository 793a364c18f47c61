"""Plans, subscriptions and what is paid for them in requests and answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.actions import AvailableActionOut
from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.money import Money
from apps.subscriptions.api.actions import actions_of
from apps.subscriptions.models import Bill, Plan, Subscription
from apps.subscriptions.operations.month import ends_unpaid_at
from apps.subscriptions.states import (
    BUSINESS_PAYS,
    ITEM_TYPE,
    MEMBER_PAYS,
    BillKind,
    BillState,
    PayFrom,
    SubscriptionState,
)


def _choices(sources: tuple[PayFrom, ...]) -> list[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in sources]


class SubscribeIn(StrictInputSerializer):
    plan: Any = serializers.CharField(max_length=20, help_text="The code of the plan, such as PRO.")
    pay_from: Any = serializers.ChoiceField(
        choices=_choices(BUSINESS_PAYS), help_text="What pays it, and renews it from then on."
    )


class PlanChangeIn(StrictInputSerializer):
    plan: Any = serializers.CharField(max_length=20)


class JoinIn(StrictInputSerializer):
    pay_from: Any = serializers.ChoiceField(
        choices=_choices(MEMBER_PAYS), required=False, default=PayFrom.CARD, help_text="What renews it."
    )


class OfferIn(InputSerializer):
    name: Any = serializers.CharField(max_length=60)
    description: Any = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    price: Any = MoneyField(minimum_minor=1, help_text="For a month, in the currency of the business.")


class OfferChangesIn(InputSerializer):
    name: Any = serializers.CharField(max_length=60, required=False)
    description: Any = serializers.CharField(max_length=500, required=False, allow_blank=True)
    price: Any = MoneyField(minimum_minor=1, required=False)
    is_active: Any = serializers.BooleanField(required=False, help_text="Whether it can be joined.")


class PlanOut(OutputSerializer):
    code: Any = serializers.CharField()
    name: Any = serializers.CharField()
    description: Any = serializers.CharField()
    prices: Any = serializers.SerializerMethodField(help_text="For a month, by currency; empty where it is free.")
    commission_bp: Any = serializers.IntegerField(
        allow_null=True, help_text="Basis points; counts where it is lower than the usual rate."
    )
    is_featured: Any = serializers.BooleanField()
    staff_seats: Any = serializers.IntegerField(allow_null=True, help_text="Null: any number of people.")

    @extend_schema_field(serializers.ListField(child=MoneyField()))
    def get_prices(self, plan: Plan) -> list[dict[str, str]]:
        shown = MoneyField()
        return [shown.to_representation(Money(row.price_minor, row.currency)) for row in plan.prices.all()]


class PlanNameOut(OutputSerializer):
    code: Any = serializers.CharField()
    name: Any = serializers.CharField()


class DueOut(OutputSerializer):
    """What is to be paid now: an item for `POST /payments/initialize/`."""

    type: Any = serializers.SerializerMethodField()
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=BillKind.choices)
    amount: Any = MinorMoneyField(source="amount_minor")
    pay_until: Any = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.CharField())
    def get_type(self, bill: Bill) -> str:
        return ITEM_TYPE


class _RunningOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    price: Any = MinorMoneyField(source="price_minor", help_text="For a month.")
    pay_from: Any = serializers.ChoiceField(choices=PayFrom.choices)
    state: Any = serializers.ChoiceField(choices=SubscriptionState.choices)
    cancels_at_end: Any = serializers.BooleanField()
    period_starts_at: Any = serializers.DateTimeField(allow_null=True)
    period_ends_at: Any = serializers.DateTimeField(allow_null=True)
    kept_until: Any = serializers.SerializerMethodField(help_text="While a renewal is not paid: when it ends.")
    problem: Any = serializers.CharField(help_text="Why a renewal was not paid.")
    due: Any = serializers.SerializerMethodField()
    available_actions: Any = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_kept_until(self, subscription: Subscription) -> Any:
        since = subscription.past_due_since
        return None if since is None else ends_unpaid_at(since)

    @extend_schema_field(DueOut(allow_null=True))
    def get_due(self, subscription: Subscription) -> Any:
        bills = getattr(subscription, "due_bills", None)
        if bills is None:
            bills = list(subscription.bills.filter(state=BillState.DUE).order_by("-id"))
        return DueOut(bills[0]).data if bills else None

    @extend_schema_field(AvailableActionOut(many=True))
    def get_available_actions(self, subscription: Subscription) -> Any:
        return AvailableActionOut(actions_of(subscription), many=True).data


class SubscriptionOut(_RunningOut):
    """A business's subscription to a plan of the platform."""

    plan: Any = PlanNameOut()
    next_plan: Any = PlanNameOut(allow_null=True, help_text="What it goes on with after this month.")


class BusinessPlanOut(OutputSerializer):
    """What plan a business is on."""

    plan: Any = PlanOut()
    subscription: Any = SubscriptionOut(allow_null=True, help_text="Null on the free plan.")


class ChangePreviewOut(OutputSerializer):
    """What changing to a plan would mean now."""

    plan: Any = PlanNameOut()
    price: Any = MoneyField(help_text="For a month.")
    due: Any = MoneyField(help_text="To be paid now, for the rest of the month.")
    starts_at: Any = serializers.DateTimeField()
    is_at_once: Any = serializers.BooleanField()


class PeriodOut(OutputSerializer):
    """One month, or a larger plan for the rest of one, and how it was paid."""

    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=BillKind.choices)
    number: Any = serializers.IntegerField(help_text="Of the month, from 0.")
    plan: Any = PlanNameOut()
    amount: Any = MinorMoneyField(source="amount_minor")
    given_back: Any = MinorMoneyField(source="given_back_minor", help_text="What of it has gone back.")
    state: Any = serializers.ChoiceField(choices=BillState.choices)
    starts_at: Any = serializers.DateTimeField(allow_null=True)
    ends_at: Any = serializers.DateTimeField(allow_null=True)
    paid_at: Any = serializers.DateTimeField(allow_null=True)
    payment_id: Any = serializers.UUIDField(allow_null=True)
    transfer_id: Any = serializers.UUIDField(allow_null=True, help_text="Where it was paid from what can be withdrawn.")


class OfferOut(OutputSerializer):
    """A plan that a practitioner offers."""

    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    description: Any = serializers.CharField()
    price: Any = MinorMoneyField(source="price_minor", help_text="For a month.")
    is_active: Any = serializers.BooleanField()


class FollowedOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    display_name: Any = serializers.CharField()


class PractitionerMembershipOut(_RunningOut):
    """A follower's subscription to a practitioner."""

    plan: Any = OfferOut(source="offer")
    practitioner: Any = FollowedOut()
