"""Credits in requests and answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.api.fields import PhoneField
from apps.core.api.fields import MinorMoneyField, MoneyField, SaidField, money_out
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.credits.models import Grant, Referral
from apps.credits.states import CodeKind, LineKind, PurchaseStatus, Source


class BuyCreditsIn(StrictInputSerializer):
    amount: Any = MoneyField(minimum_minor=1)


class CreditGiftIn(StrictInputSerializer):
    amount: Any = MoneyField(minimum_minor=1)
    email: Any = serializers.EmailField(required=False, help_text="Of whom they are for; or the phone.")
    phone: Any = PhoneField(required=False)
    message: Any = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One way to name the person."""
        if ("email" in attrs) == ("phone" in attrs):
            raise serializers.ValidationError({"email": ["Name the person by e-mail or by phone."]})
        return attrs


class PromoCodeIn(StrictInputSerializer):
    code: Any = serializers.CharField(max_length=30)


class PromoCheckIn(StrictInputSerializer):
    code: Any = serializers.CharField(max_length=30)
    amount: Any = MoneyField(
        required=False, help_text="What would be paid for; then the answer says what is taken off."
    )
    business: Any = serializers.UUIDField(required=False)
    category: Any = serializers.UUIDField(required=False)


class CreditExpiryOut(OutputSerializer):
    amount: Any = MoneyField()
    expires_at: Any = serializers.DateTimeField(allow_null=True, help_text="Null: never.")


class CreditSourceOut(OutputSerializer):
    source: Any = serializers.ChoiceField(choices=Source.choices)
    amount: Any = MoneyField()
    expiries: Any = CreditExpiryOut(many=True)


class CurrencyBalanceOut(OutputSerializer):
    currency: Any = serializers.CharField()
    total: Any = MoneyField(help_text="All that can be spent.")
    sources: Any = CreditSourceOut(many=True)


class CreditsBalanceOut(OutputSerializer):
    balances: Any = CurrencyBalanceOut(many=True, help_text="One for each currency; empty where there are none.")


class CreditLineOut(OutputSerializer):
    id: Any = serializers.CharField()
    at: Any = serializers.DateTimeField()
    kind: Any = serializers.ChoiceField(choices=LineKind.choices)
    amount: Any = MinorMoneyField(
        source="amount_minor", currency_source="grant.currency", help_text="Above zero came in, below went out."
    )
    source: Any = serializers.SerializerMethodField()
    reason: Any = SaidField(source="grant.reason")
    expires_at: Any = serializers.DateTimeField(source="grant.expires_at", allow_null=True)
    payment_id: Any = serializers.UUIDField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=Source.choices))
    def get_source(self, line: Any) -> str:
        return str(line.grant.source)


class CreditPurchaseOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    type: Any = serializers.CharField(help_text="As what it is paid for.")
    amount: Any = MinorMoneyField(source="amount_minor")
    status: Any = serializers.ChoiceField(choices=PurchaseStatus.choices)
    pay_until: Any = serializers.DateTimeField()


class CreditGrantOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    source: Any = serializers.ChoiceField(choices=Source.choices)
    amount: Any = MinorMoneyField(source="amount_minor")
    expires_at: Any = serializers.DateTimeField(allow_null=True)


class CreditGiftOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    amount: Any = MinorMoneyField(source="amount_minor")
    message: Any = serializers.CharField()
    created_at: Any = serializers.DateTimeField()


class PromoCodeOut(OutputSerializer):
    code: Any = serializers.CharField()
    title: Any = serializers.CharField()
    kind: Any = serializers.ChoiceField(choices=CodeKind.choices)
    amount: Any = MoneyField(allow_null=True, help_text="What it grants or takes off.")
    percent: Any = serializers.IntegerField(allow_null=True)
    cap: Any = MoneyField(allow_null=True, help_text="The most that the percentage takes off.")
    minimum: Any = MoneyField(help_text="The least that has to be paid for with it.")
    ends_at: Any = serializers.DateTimeField(allow_null=True)
    takes_off: Any = MoneyField(allow_null=True, help_text="Of the amount that was asked about.")


class BroughtOut(OutputSerializer):
    name: Any = serializers.CharField(help_text="The first name.")
    joined_at: Any = serializers.DateTimeField()
    rewarded_at: Any = serializers.DateTimeField(allow_null=True, help_text="When both had their credits.")
    reward: Any = MoneyField(allow_null=True)


class ReferralOut(OutputSerializer):
    code: Any = serializers.CharField(allow_null=True, help_text="Given at registration, as `referral_code`.")
    rewards: Any = serializers.ListField(
        child=MoneyField(), help_text="What each side has after the first completed trade, by its currency."
    )
    joined: Any = BroughtOut(many=True, help_text="The latest hundred.")


def balances_out(found: dict[str, dict[str, list[Grant]]]) -> dict[str, Any]:
    """What can be spent, by currency and by source."""
    return {"balances": [_balance(currency, sources) for currency, sources in sorted(found.items())]}


def _balance(currency: str, sources: dict[str, list[Grant]]) -> dict[str, Any]:
    totals = {source: sum(grant.left_minor for grant in grants) for source, grants in sources.items()}
    return {
        "currency": currency,
        "total": money_out(sum(totals.values()), currency),
        "sources": [
            {
                "source": source,
                "amount": money_out(totals[source], currency),
                "expiries": _expiries(grants, currency),
            }
            for source, grants in sorted(sources.items())
        ],
    }


def _expiries(grants: list[Grant], currency: str) -> list[dict[str, Any]]:
    by_end: dict[Any, int] = {}
    for grant in grants:
        by_end[grant.expires_at] = by_end.get(grant.expires_at, 0) + grant.left_minor
    return [{"amount": money_out(amount, currency), "expires_at": end} for end, amount in by_end.items()]


def brought_out(referral: Referral) -> dict[str, Any]:
    """Somebody who was brought, by the first name alone."""
    return {
        "name": referral.user.first_name,
        "joined_at": referral.created_at,
        "rewarded_at": referral.rewarded_at,
        "reward": money_out(referral.reward_minor, referral.currency) if referral.rewarded_at else None,
    }
