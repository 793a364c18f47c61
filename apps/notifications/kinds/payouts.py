"""Kinds about payouts: where an owner's money is sent, and what became of it."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Category, Channel, Priority

_PAYOUT: dict[str, Variable] = {
    "amount": money(Money(4_750_000, "NGN")),
    "owner_name": text("Serenity Spa"),
    "account": text("GTBank ••••4081"),
    "payout_reference": text("payout-0193a7c2"),
    "time_zone": text("Africa/Lagos", required=False),
    "manage_url": url("https://guild.example/payouts/0193a7c2", required=False),
}
_TOLD = Kind(name="", label="", category=Category.MONEY, channels=(Channel.EMAIL, Channel.PUSH))

PAYOUT_ACCOUNT_CHANGED = register(
    Kind(
        name="payout_account_changed",
        label="A payout account was changed",
        category=Category.SAFETY,
        channels=(Channel.EMAIL, Channel.PUSH, Channel.SMS),
        essential=True,
        priority=Priority.HIGH,
        variables={
            "owner_name": text("Serenity Spa"),
            "account": text("GTBank ••••4081"),
            "change": text("It was added."),
            "changed_at": moment(datetime(2026, 11, 18, 9, 0, tzinfo=UTC)),
            "usable_from": moment(datetime(2026, 11, 19, 9, 0, tzinfo=UTC), required=False),
            "time_zone": text("Africa/Lagos", required=False),
            "manage_url": url("https://guild.example/payout-accounts", required=False),
        },
    )
)
PAYOUT_REQUESTED = register(
    replace(_TOLD, name="payout_requested", label="A payout was asked for", variables={**_PAYOUT})
)
PAYOUT_PAID = register(replace(_TOLD, name="payout_paid", label="A payout was sent", variables={**_PAYOUT}))
PAYOUT_FAILED = register(
    replace(
        _TOLD,
        name="payout_failed",
        label="A payout did not work",
        priority=Priority.HIGH,
        variables={**_PAYOUT, "reason": text("The account is closed.")},
    )
)
PAYOUT_REVERSED = register(
    replace(
        _TOLD,
        name="payout_reversed",
        label="A payout came back",
        priority=Priority.HIGH,
        variables={**_PAYOUT, "reason": text("The account is closed.")},
    )
)
