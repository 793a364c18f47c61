"""Kinds about money that goes back against somebody's will: disputes at gateways, debts, refunds that fail."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_EMAIL_PUSH = (Channel.EMAIL, Channel.PUSH)
_AMOUNT = money(Money(500_000, "NGN"))
_CHARGEBACK: dict[str, Variable] = {
    "amount": _AMOUNT,
    "payment_reference": text("PAY-7KQ4M2"),
    "description": text("Deep tissue massage at Serenity Spa"),
    "reason": text("fraudulent", required=False),
    "manage_url": url("https://guild.example/payments/PAY-7KQ4M2", required=False),
}
_DUE_BY = {"due_by": moment(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))}


def _about_chargeback(name: str, label: str, **more: Variable) -> Kind:
    return Kind(
        name=name,
        label=label,
        category=Category.MONEY,
        audience=Audience.BUSINESSES,
        channels=_EMAIL_PUSH,
        priority=Priority.HIGH,
        variables={**_CHARGEBACK, **more},
    )


def _about_debt(name: str, label: str, **more: Variable) -> Kind:
    return Kind(
        name=name,
        label=label,
        category=Category.MONEY,
        channels=_EMAIL_PUSH,
        variables={"amount": _AMOUNT, "manage_url": url("https://guild.example/wallet", required=False), **more},
    )


def _for_ops(kind: Kind) -> Kind:
    return replace(kind, audience=Audience.OPS, channels=(Channel.EMAIL,))


CHARGEBACK_OPENED = register(_about_chargeback("chargeback_opened", "A customer's bank asks for money back"))
CHARGEBACK_OPENED_OPS = register(
    _for_ops(_about_chargeback("chargeback_opened_ops", "A chargeback waits for evidence"))
)
CHARGEBACK_DUE = register(
    _for_ops(_about_chargeback("chargeback_due", "A chargeback's evidence is due soon", **_DUE_BY))
)
CHARGEBACK_WON = register(_about_chargeback("chargeback_won", "A chargeback is won"))
CHARGEBACK_LOST = register(_about_chargeback("chargeback_lost", "A chargeback is lost"))
RECEIVABLE_OPENED = register(
    _about_debt("receivable_opened", "You owe something", reason=text("Refunded after its release."))
)
RECEIVABLE_WRITTEN_OFF = register(_about_debt("receivable_written_off", "You owe it no more"))
REFUND_FAILED = register(
    Kind(
        name="refund_failed",
        label="Your bank did not take a refund",
        category=Category.MONEY,
        audience=Audience.CUSTOMERS,
        channels=_EMAIL_PUSH,
        variables={
            "amount": _AMOUNT,
            "payment_reference": text("PAY-7KQ4M2"),
            "reason": text("The account is closed.", required=False),
            "manage_url": url("https://guild.example/wallet", required=False),
        },
    )
)
