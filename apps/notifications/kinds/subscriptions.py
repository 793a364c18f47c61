"""Kinds about subscriptions: of businesses to plans of the platform, and of followers to practitioners."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Category, Channel, Priority

_PLAN: dict[str, Variable] = {
    "plan_name": text("Pro"),
    "holder_name": text("Serenity Spa"),
    "time_zone": text("Africa/Lagos", required=False),
    "manage_url": url("https://guild.example/businesses/0193a7c2/subscription", required=False),
}
_AMOUNT = money(Money(1_500_000, "NGN"))
_ENDS = moment(datetime(2026, 12, 18, 9, 0, tzinfo=UTC))
_TOLD = Kind(name="", label="", category=Category.MONEY, channels=(Channel.EMAIL, Channel.PUSH))
_URGENT = replace(_TOLD, priority=Priority.HIGH)

SUBSCRIPTION_STARTED = register(
    replace(
        _TOLD, name="subscription_started", label="A subscription began",
        variables={**_PLAN, "amount": _AMOUNT, "ends_at": _ENDS},
    )
)  # fmt: skip
SUBSCRIPTION_RENEWED = register(
    replace(
        _TOLD, name="subscription_renewed", label="A subscription was renewed",
        variables={**_PLAN, "amount": _AMOUNT, "ends_at": _ENDS},
    )
)  # fmt: skip
SUBSCRIPTION_CHANGED = register(
    replace(
        _TOLD, name="subscription_changed", label="A plan was changed",
        variables={**_PLAN, "starts_at": _ENDS, "amount": money(Money(300_000, "NGN"), required=False)},
    )
)  # fmt: skip
SUBSCRIPTION_PAYMENT_FAILED = register(
    replace(
        _URGENT, name="subscription_payment_failed", label="A renewal was not paid",
        variables={**_PLAN, "amount": _AMOUNT, "ends_at": _ENDS, "reason": text("The card was declined.")},
    )
)  # fmt: skip
SUBSCRIPTION_LAST_WARNING = register(
    replace(
        _URGENT, name="subscription_last_warning", label="A subscription is about to end",
        variables={**_PLAN, "amount": _AMOUNT, "ends_at": _ENDS, "reason": text("The card was declined.")},
    )
)  # fmt: skip
SUBSCRIPTION_ENDED = register(
    replace(
        _TOLD, name="subscription_ended", label="A subscription ended",
        variables={**_PLAN, "reason": text("It was called off.", required=False)},
    )
)  # fmt: skip
SUBSCRIPTION_GIVEN_BACK = register(
    replace(
        _TOLD, name="subscription_given_back", label="Money for a plan was given back",
        variables={
            **_PLAN, "amount": _AMOUNT, "reason": text("The month began by mistake.", required=False),
            "ended": text("yes", required=False), "goes_on_with": text("Pro", required=False),
        },
    )
)  # fmt: skip
SUBSCRIPTION_PRICE_CHANGE = register(
    replace(
        _TOLD, name="subscription_price_change", label="The price of a subscription changes",
        variables={**_PLAN, "amount": _AMOUNT, "old_amount": money(Money(1_200_000, "NGN")), "starts_at": _ENDS},
    )
)  # fmt: skip
