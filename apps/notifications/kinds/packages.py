"""Kinds about bought packages and bundles."""

from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, register, text, url
from apps.notifications.states import Audience, Channel

_PURCHASE: dict[str, Variable] = {
    "package_name": text("Five massages"),
    "business_name": text("Serenity Spa"),
    "uses": text("5 × Deep tissue massage"),
    "expires_at": moment(datetime(2027, 5, 19, 9, 0, tzinfo=UTC)),
    "time_zone": text("Africa/Lagos"),
    "manage_url": url("https://guild.example/packages/0193"),
}


def _for_customer(name: str, label: str, **more: Variable) -> Kind:
    return register(
        Kind(
            name=name, label=label, audience=Audience.CUSTOMERS, channels=(Channel.EMAIL, Channel.PUSH),
            variables={**_PURCHASE, **more},
        )
    )  # fmt: skip


PACKAGE_BOUGHT = _for_customer("package_bought", "Package bought", price=money(Money(2_125_000, "NGN")))
PACKAGE_EXPIRING = _for_customer("package_expiring", "A package is about to run out")
PACKAGE_EXPIRED = _for_customer("package_expired", "A package has run out")
PACKAGE_SOLD = register(
    Kind(
        name="package_sold", label="A package was sold", audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        variables={**_PURCHASE, "customer_name": text("Ada Obi"), "price": money(Money(2_125_000, "NGN"))},
    )
)  # fmt: skip
