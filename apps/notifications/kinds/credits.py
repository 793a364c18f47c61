"""Kinds about credits."""

from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_ENDS = datetime(2027, 2, 18, 9, 0, tzinfo=UTC)
_CREDITS: dict[str, Variable] = {
    "amount": money(Money(250_000, "NGN")),
    "expires_at": moment(_ENDS, required=False),
    "time_zone": text("Africa/Lagos"),
    "manage_url": url("https://guild.example/credits/"),
}
_PERSON: dict[str, Variable] = {"person_name": text("Ada Obi"), "message": text("Happy birthday!", required=False)}


def _about_credits(name: str, label: str, **more: Variable) -> Kind:
    return register(
        Kind(
            name=name, label=label, category=Category.MONEY, audience=Audience.CUSTOMERS,
            channels=(Channel.EMAIL, Channel.PUSH), variables={**_CREDITS, **more},
        )
    )  # fmt: skip


def _about_claim(name: str, label: str) -> Kind:
    return register(
        Kind(
            name=name, label=label, category=Category.MONEY, audience=Audience.CUSTOMERS,
            channels=(Channel.EMAIL, Channel.PUSH), priority=Priority.HIGH,
            variables={
                "amount": _CREDITS["amount"], "payment_reference": text("PAY-7KQ4M2"),
                "description": text("Credits"), "manage_url": _CREDITS["manage_url"],
            },
        )
    )  # fmt: skip


CREDITS_RECEIVED = _about_credits("credits_received", "Credits for you")
CREDITS_GIFT = _about_credits("credits_gift", "Somebody gave you credits", **_PERSON)
CREDITS_GIVEN = _about_credits("credits_given", "You gave credits", **_PERSON)
CREDITS_EXPIRING = _about_credits("credits_expiring", "Credits are about to run out")
CREDITS_CLAIMED = _about_claim("credits_claimed", "Your bank claims what bought your credits")
CREDITS_CLAIM_DROPPED = _about_claim("credits_claim_dropped", "Your bank's claim on your credits is over")
CREDITS_CLAIM_TAKEN = _about_claim("credits_claim_taken", "Your bank has what bought your credits")
REFERRAL_REWARD = _about_credits("referral_reward", "Credits for a referral")
