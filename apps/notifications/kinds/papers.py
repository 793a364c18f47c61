"""Kinds that carry a paper of their own: what a business was charged, and what was credited."""

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, money, register, text, url
from apps.notifications.states import Category, Channel

_PAPER: dict[str, Variable] = {
    "seller_name": text("The Guild"),
    "buyer_name": text("Serenity Spa"),
    "amount": money(Money(1_500_000, "NGN")),
    "description": text("Plan Pro for Serenity Spa"),
    "paper_reference": text("PLAN-000042"),
    "manage_url": url("https://guild.example/invoices/0193a7c2", required=False),
}

CHARGE_INVOICE = register(
    Kind(
        name="charge_invoice",
        label="An invoice of the platform",
        category=Category.MONEY,
        channels=(Channel.EMAIL,),
        variables=_PAPER,
    )
)
CREDIT_NOTE = register(
    Kind(
        name="credit_note",
        label="A credit note",
        category=Category.MONEY,
        channels=(Channel.EMAIL,),
        variables={**_PAPER, "reason": text("The month was given back.", required=False)},
    )
)
