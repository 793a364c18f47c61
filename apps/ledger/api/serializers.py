from typing import Any

from rest_framework import serializers

from apps.core.api.fields import DayField, MinorMoneyField, MoneyField
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.money import CURRENCIES
from apps.ledger.states import AccountKind, TransferKind


class BalanceQuery(InputSerializer):
    """Which currency to show first."""

    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)


class BalanceIn(OutputSerializer):
    """Balances in one currency; which names are there depends on the caller's role."""

    currency: Any = serializers.CharField()
    wallet: Any = MoneyField(required=False)
    credits: Any = MoneyField(required=False)
    tips: Any = MoneyField(required=False)
    tips_only: Any = MoneyField(required=False)
    total_revenue: Any = MoneyField(required=False)
    pending_escrow: Any = MoneyField(required=False)
    available_payout: Any = MoneyField(required=False)
    owed: Any = MoneyField(
        required=False, help_text="What later earnings pay off first; there while something is owed."
    )


class BalanceOut(BalanceIn):
    """Balances in the first currency, and those in others."""

    other_currencies: Any = BalanceIn(many=True)


class TransactionQuery(InputSerializer):
    """Filters of statement lines; ``from`` and ``to`` are days, both included."""

    kind = serializers.ChoiceField(choices=TransferKind.choices, required=False)
    account = serializers.ChoiceField(choices=AccountKind.choices, required=False)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)
    direction = serializers.ChoiceField(choices=[("in", "in"), ("out", "out")], required=False)
    business = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language, so it is named here."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="from_day"),
            "to": DayField(required=False, source="to_day"),
        }


class TransactionOut(OutputSerializer):
    """One statement line; above zero came in, below went out."""

    id: Any = serializers.CharField()
    at: Any = serializers.DateTimeField(source="created_at")
    kind: Any = serializers.CharField(source="transfer.kind")
    label: Any = serializers.CharField(source="transfer.get_kind_display")
    account: Any = serializers.CharField(source="account.kind")
    business: Any = serializers.SerializerMethodField()
    amount: Any = MinorMoneyField()
    cause_type: Any = serializers.CharField(source="transfer.cause_type")
    cause_id: Any = serializers.UUIDField(source="transfer.cause_id", allow_null=True)
    transfer_id: Any = serializers.UUIDField()

    def get_business(self, entry: Any) -> str | None:
        """The business whose account moved, or null for the person's own."""
        return str(entry.account.owner_id) if entry.account.owner_type == "BUSINESS" else None
