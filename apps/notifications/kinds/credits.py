"""Kinds about credits."""

from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Category, Channel

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


CREDITS_RECEIVED = _about_credits("credits_received", "Credits for you")
CREDITS_GIFT = _about_credits("credits_gift", "Somebody gave you credits", **_PERSON)
CREDITS_GIVEN = _about_credits("credits_given", "You gave credits", **_PERSON)
CREDITS_EXPIRING = _about_credits("credits_expiring", "Credits are about to run out")
REFERRAL_REWARD = _about_credits("referral_reward", "Credits for a referral")
