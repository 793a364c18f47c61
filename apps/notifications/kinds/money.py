"""Kinds about money: none can be muted on the dashboard."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_EMAIL_PUSH = (Channel.EMAIL, Channel.PUSH)
_PAYMENT: dict[str, Variable] = {
    "amount": money(Money(500_000, "NGN")),
    "payment_reference": text("PAY-7KQ4M2"),
    "description": text("Deep tissue massage at Serenity Spa"),
    "manage_url": url("https://guild.example/payments/PAY-7KQ4M2", required=False),
}


def _about_payment(name: str, label: str, **more: Variable) -> Kind:
    return Kind(
        name=name,
        label=label,
        category=Category.MONEY,
        audience=Audience.CUSTOMERS,
        channels=_EMAIL_PUSH,
        variables={**_PAYMENT, **more},
    )


PAYMENT_RECEIVED = register(
    _about_payment(
        "payment_received",
        "Payment received",
        paid_at=moment(datetime(2026, 11, 18, 9, 5, tzinfo=UTC)),
        method=text("card ending 4081", required=False),
        held=text("yes", required=False),
    )
)
PAYMENT_FAILED = register(
    _about_payment(
        "payment_failed",
        "Payment failed",
        reason=text("The bank declined it.", required=False),
        retry_url=url("https://guild.example/pay/KM4TQ7XR", required=False),
    )
)
PAYMENT_REFUNDED = register(
    _about_payment(
        "payment_refunded",
        "Refund on its way",
        reason=text("The booking was cancelled.", required=False),
        destination=text("the card you paid with"),
    )
)
PAYMENT_NEEDS_REVIEW = register(
    replace(
        _about_payment("payment_needs_review", "A payment needs a look", reason=text("The amounts differ.")),
        audience=Audience.OPS,
        channels=(Channel.EMAIL,),
        priority=Priority.HIGH,
    )
)
PAYMENT_IN_WALLET = register(_about_payment("payment_in_wallet", "Money in your wallet"))
PAYMENT_GIVEN_BACK = register(_about_payment("payment_given_back", "A payment that fitted nothing is on its way back"))
PAYMENT_CREDITED = register(_about_payment("payment_credited", "A payment that fitted nothing is in your wallet"))
PAYMENT_APPLIED = register(_about_payment("payment_applied", "A payment that waited has paid"))
TIP_RECEIVED = register(
    Kind(
        name="tip_received",
        label="A tip for you",
        category=Category.MONEY,
        channels=_EMAIL_PUSH,
        variables={
            "amount": money(Money(50_000, "NGN")),
            "customer_name": text("Ada Obi"),
            "service_name": text("Deep tissue massage"),
            "business_name": text("Serenity Spa"),
            "reference": text("KM4TQ7XR"),
            "manage_url": url("https://guild.example/wallet", required=False),
        },
    )
)
ESCROW_RELEASED = register(
    Kind(
        name="escrow_released",
        label="Money released to your wallet",
        category=Category.MONEY,
        audience=Audience.BUSINESSES,
        channels=_EMAIL_PUSH,
        variables={
            "amount": money(Money(475_000, "NGN")),
            "commission": money(Money(25_000, "NGN"), required=False),
            "reference": text("KM4TQ7XR"),
            "description": text("Deep tissue massage"),
            "business_name": text("Serenity Spa"),
            "manage_url": url("https://guild.example/wallet", required=False),
        },
    )
)
