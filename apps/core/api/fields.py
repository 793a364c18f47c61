"""Serializer fields shared by all apps."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.errors import Invalid
from apps.core.money import CURRENCIES, Money, format_amount, parse_amount
from apps.core.words import said

# Days on either side of these still fit into every date; nobody books beyond them.
YEARS = range(2000, 2200)
YEARS_WORDS = f"Only years from {YEARS[0]} to {YEARS[-1]}."

MONEY_SCHEMA = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "example": "5000.00"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "NGN"},
    },
    "required": ["amount", "currency"],
}


def money_out(amount_minor: int | None, currency: str) -> dict[str, str] | None:
    """The API's shape of an amount: ``{"amount": "5000.00", "currency": "NGN"}``."""
    return None if amount_minor is None else {"amount": format_amount(amount_minor, currency), "currency": currency}


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.Field):
    """``{"amount": "5000.00", "currency": "NGN"}`` to and from ``Money``."""

    default_error_messages = {
        "shape": 'Write money as {{"amount": "5000.00", "currency": "NGN"}}.',
        "currency": "This currency is not traded here.",
        "negative": "The amount cannot be negative.",
    }

    def __init__(self, *, minimum_minor: int = 0, **kwargs: Any) -> None:
        self.minimum_minor = minimum_minor
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, dict) or set(data) != {"amount", "currency"} or not isinstance(data["amount"], str):
            self.fail("shape")
        if data["currency"] not in CURRENCIES:
            self.fail("currency")
        try:
            amount_minor = parse_amount(data["amount"], data["currency"])
        except Invalid as error:
            raise serializers.ValidationError(error.message) from error
        if amount_minor < self.minimum_minor:
            self.fail("negative")
        return Money(amount_minor, data["currency"])

    def to_representation(self, value: Money) -> dict[str, str]:
        return {"amount": format_amount(value.amount_minor, value.currency), "currency": value.currency}


@extend_schema_field({"oneOf": [{"type": "boolean"}, MONEY_SCHEMA]})
class AmountField(MoneyField):
    """All there is (``true``), none of it (``false``), or so much of it, as money."""

    default_error_messages = {
        "shape": 'Write true, false, or money as {{"amount": "5000.00", "currency": "NGN"}}.',
    }

    def to_internal_value(self, data: Any) -> Any:
        return data if isinstance(data, bool) else super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        return value if isinstance(value, bool) else super().to_representation(value)


@extend_schema_field(MONEY_SCHEMA)
class MinorMoneyField(serializers.Field):
    """A row's minor units and its currency column, shown as money; read-only."""

    def __init__(self, *, currency_source: str = "currency", **kwargs: Any) -> None:
        self.currency_source = currency_source
        kwargs["read_only"] = True
        super().__init__(**kwargs)

    def bind(self, field_name: str, parent: Any) -> None:
        super().bind(field_name, parent)
        self.minor_attribute = self.source
        self.source_attrs = []  # the whole row is needed: two columns make one value

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> dict[str, str] | None:
        currency = instance
        for name in self.currency_source.split("."):
            currency = getattr(currency, name)
        amount_minor = instance
        for name in self.minor_attribute.split("."):
            amount_minor = getattr(amount_minor, name)
        return money_out(amount_minor, currency)


class SaidField(serializers.CharField):
    """A reason: the platform's own in the caller's language, a person's as they wrote it."""

    def to_representation(self, value: Any) -> str:
        return said(super().to_representation(value))


class DayField(serializers.DateField):
    """A date with which the product can reckon."""

    default_error_messages = {"years": YEARS_WORDS}

    def to_internal_value(self, value: Any) -> Any:
        day = super().to_internal_value(value)
        if day.year not in YEARS:
            self.fail("years")
        return day


class MomentField(serializers.DateTimeField):
    """A moment with which the product can reckon. It says its offset: nobody guesses whose clock was meant."""

    default_error_messages = {
        "years": YEARS_WORDS,
        "invalid": "Write a moment as 2026-11-23T09:00:00Z.",
        "offset": "Say the offset too, as in 2026-11-23T09:00:00Z or 2026-11-23T10:00:00+01:00.",
    }

    def enforce_timezone(self, value: Any) -> Any:
        if value.tzinfo is None:
            self.fail("offset")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> Any:
        moment = super().to_internal_value(value)
        if moment.year not in YEARS:
            self.fail("years")
        return moment
