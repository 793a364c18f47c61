"""Shapes of requests and answers about runs and breaks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.fields import DayField, MoneyField, money_out
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.money import CURRENCIES
from apps.reconciliation.models import Break
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.rules import available_actions
from apps.reconciliation.states import BreakKind, BreakState, LegSide, Resolution, RunState

_GATEWAYS = [(name, name) for name in ("paystack", "stripe", "sandbox")]
_MOST_LEGS = 10


class RunIn(StrictInputSerializer):
    """Which gateway, and which of its days; the last whole one, if none is given."""

    gateway = serializers.ChoiceField(choices=_GATEWAYS)
    day = DayField(required=False)


class RunQuery(InputSerializer):
    """Which runs."""

    gateway = serializers.ChoiceField(choices=_GATEWAYS, required=False)
    state = serializers.ChoiceField(choices=RunState.choices, required=False)


class BreakQuery(InputSerializer):
    """Which breaks."""

    gateway = serializers.ChoiceField(choices=_GATEWAYS, required=False)
    state = serializers.ChoiceField(choices=BreakState.choices, required=False)
    kind = serializers.ChoiceField(choices=BreakKind.choices, required=False)


class LegIn(StrictInputSerializer):
    """One leg of a correcting transfer."""

    account = serializers.CharField(max_length=120, help_text="Its address, such as SYSTEM::SUSPENSE:NGN.")
    side = serializers.ChoiceField(choices=LegSide.choices)
    amount = MoneyField(minimum_minor=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The amount is in the account's currency."""
        if attrs["account"].rpartition(":")[2] != attrs["amount"].currency:
            raise serializers.ValidationError({"amount": "The account is in another currency."})
        return attrs


class ProposalIn(StrictInputSerializer):
    """What is proposed about a break, and why."""

    resolution = serializers.ChoiceField(choices=Resolution.choices)
    reason = serializers.CharField(max_length=1000)
    legs = LegIn(many=True, required=False, max_length=_MOST_LEGS, help_text="For CORRECTED.")
    reverses = serializers.UUIDField(required=False, help_text="For REVERSED: the transfer.")


class SendBackIn(StrictInputSerializer):
    """Why it is not resolved so."""

    reason = serializers.CharField(max_length=1000)


class GatewayBalanceOut(OutputSerializer):
    """What a gateway has of ours in one currency, against what the books say. All are minor units."""

    currency: Any = serializers.CharField()
    theirs_minor: Any = serializers.IntegerField(help_text="What it has, and what it has paid to our bank.")
    ours_minor: Any = serializers.IntegerField(help_text="What GATEWAY_CLEARING says that it has.")
    in_flight_minor: Any = serializers.IntegerField(help_text="Of the difference, what is on its way.")
    known_minor: Any = serializers.IntegerField(help_text="Of the difference, what breaks explain.")
    is_certain: Any = serializers.BooleanField(help_text="False where money moved while the gateway was asked.")


class RunOut(OutputSerializer):
    """One comparison of one gateway's day."""

    id: Any = serializers.UUIDField()
    gateway: Any = serializers.CharField()
    day: Any = serializers.DateField()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    state: Any = serializers.ChoiceField(choices=RunState.choices)
    started_at: Any = serializers.DateTimeField()
    finished_at: Any = serializers.DateTimeField(allow_null=True)
    attempts: Any = serializers.IntegerField()
    next_attempt_at: Any = serializers.DateTimeField(allow_null=True)
    lines: Any = serializers.IntegerField(help_text="What the gateway's lists hold for the day.")
    in_flight: Any = serializers.IntegerField(help_text="Too fresh to be judged; the next run does.")
    found: Any = serializers.IntegerField(help_text="Breaks, old ones included.")
    fresh: Any = serializers.IntegerField(help_text="Breaks that nobody had found before.")
    healed: Any = serializers.IntegerField(help_text="Differences made good by asking the gateway.")
    closed: Any = serializers.IntegerField(help_text="Breaks that are gone.")
    balances = GatewayBalanceOut(many=True)
    problem: Any = serializers.CharField()


class BreakPersonOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()


class LegOut(OutputSerializer):
    account: Any = serializers.CharField()
    side: Any = serializers.ChoiceField(choices=LegSide.choices)
    amount: Any = MoneyField()


class BreakOut(OutputSerializer):
    """A difference, and what is done about it."""

    id: Any = serializers.UUIDField()
    gateway: Any = serializers.CharField()
    list_kind: Any = serializers.CharField(help_text="CHARGE, REFUND, SETTLEMENT, SETTLED or EVENT.")
    kind: Any = serializers.ChoiceField(choices=BreakKind.choices)
    subject: Any = serializers.CharField()
    here: Any = serializers.CharField()
    there: Any = serializers.CharField()
    gap: Any = serializers.SerializerMethodField(
        help_text="By how much the gateway has more; null where it has no amount."
    )
    account: Any = serializers.CharField(help_text="The account of the books that is out by it.")
    payment: Any = serializers.UUIDField(source="payment_id", allow_null=True)
    occurred_at: Any = serializers.DateTimeField()
    found_at: Any = serializers.DateTimeField()
    seen_at: Any = serializers.DateTimeField()
    times_found: Any = serializers.IntegerField()
    state: Any = serializers.ChoiceField(choices=BreakState.choices)
    resolution: Any = serializers.ChoiceField(choices=Resolution.choices, allow_null=True, source="proposed_resolution")
    reason: Any = serializers.CharField()
    legs: Any = serializers.SerializerMethodField()
    reverses: Any = serializers.UUIDField(source="reverses_id", allow_null=True)
    proposed_by: Any = BreakPersonOut(allow_null=True)
    proposed_at: Any = serializers.DateTimeField(allow_null=True)
    sent_back_reason: Any = serializers.CharField()
    decided_by: Any = BreakPersonOut(allow_null=True)
    transfer: Any = serializers.UUIDField(source="transfer_id", allow_null=True)
    ended_at: Any = serializers.DateTimeField(allow_null=True)
    available_actions: Any = serializers.SerializerMethodField()

    @extend_schema_field(MoneyField(allow_null=True))
    def get_gap(self, each: Break) -> Any:
        """Money, where the difference is one of money that we trade in."""
        return money_out(each.gap_minor, each.currency) if each.currency in CURRENCIES else None

    @extend_schema_field(LegOut(many=True))
    def get_legs(self, each: Break) -> Any:
        """As an accountant writes them."""
        return [
            {
                "account": address,
                "side": "CREDIT" if amount > 0 else "DEBIT",
                "amount": money_out(abs(amount), address.rpartition(":")[2]),
            }
            for address, amount in each.legs
        ]

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": ["propose", "resolve", "send_back"]}})
    def get_available_actions(self, each: Break) -> list[str]:
        """What the caller can do with it now."""
        return available_actions(self.context["request"].user, each)


def proposal(given: dict[str, Any]) -> Proposal:
    """What was sent."""
    return Proposal(
        resolution=Resolution(given["resolution"]),
        reason=given["reason"],
        legs=[
            CorrectionLeg(
                address=leg["account"],
                amount_minor=leg["amount"].amount_minor * (1 if leg["side"] == "CREDIT" else -1),
            )
            for leg in given.get("legs", ())
        ],
        reverses_id=given.get("reverses"),
    )
