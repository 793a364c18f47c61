"""Kinds about statements: what an owner's month came to."""

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, money, register, text, url
from apps.notifications.states import Category, Channel

MONTH_STATEMENT = register(
    Kind(
        name="month_statement",
        label="A month's statement",
        category=Category.MONEY,
        channels=(Channel.EMAIL,),
        variables={
            "owner_name": text("Serenity Spa"),
            "month": text("10/2026"),
            "opening": money(Money(1_250_000, "NGN")),
            "closing": money(Money(4_750_000, "NGN")),
            "statement_reference": text("ST-2026-10-7KQ4M2XR"),
            "manage_url": url("https://guild.example/statements/0193a7c2", required=False),
        },
    )
)
