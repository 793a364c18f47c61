"""Kinds about disputes: money is frozen, and both sides hear the same."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_DISPUTE: dict[str, Variable] = {
    "reference": text("KM4TQ7XR"),
    "title": text("Deep tissue massage at Serenity Spa"),
    "business_name": text("Serenity Spa"),
    "customer_name": text("Ada Obi"),
    "amount": money(Money(500_000, "NGN")),
    "time_zone": text("Africa/Lagos"),
    "manage_url": url("https://guild.example/disputes/01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11", required=False),
}
_DECIDE_BY = {"decide_by": moment(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))}
_OBJECTION = {"reason": text("The work was done badly"), "note": text("Two of the four rooms were not cleaned.")}


def _about_dispute(name: str, label: str, **more: Variable) -> Kind:
    return Kind(
        name=name,
        label=label,
        category=Category.MONEY,
        audience=Audience.EVERYONE,
        channels=(Channel.EMAIL, Channel.PUSH),
        priority=Priority.HIGH,
        variables={**_DISPUTE, **more},
    )


def _for_ops(kind: Kind) -> Kind:
    return replace(kind, audience=Audience.OPS, channels=(Channel.EMAIL,))


DISPUTE_OPENED = register(_about_dispute("dispute_opened", "A dispute is open", **_OBJECTION, **_DECIDE_BY))
DISPUTE_OPENED_OPS = register(
    _for_ops(_about_dispute("dispute_opened_ops", "A dispute is to be decided", **_OBJECTION, **_DECIDE_BY))
)
DISPUTE_OVERDUE = register(
    _for_ops(_about_dispute("dispute_overdue", "A dispute should have been decided", **_DECIDE_BY))
)
DISPUTE_MESSAGE = register(
    _about_dispute(
        "dispute_message",
        "A message in a dispute",
        said_by=text("Serenity Spa"),
        words=text("We offer to come again on Friday."),
    )
)
DISPUTE_DECIDED = register(
    _about_dispute(
        "dispute_decided",
        "A dispute is decided",
        decision=text("A part back, the rest to the business"),
        reason=text("Half of the rooms were cleaned."),
        refund=money(Money(150_000, "NGN")),
        released=money(Money(350_000, "NGN")),
    )
)
DISPUTE_CLOSED = register(
    _about_dispute(
        "dispute_closed",
        "A dispute is closed",
        reason=text("The customer has withdrawn it; the money clears again."),
    )
)
