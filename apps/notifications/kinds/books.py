"""Kinds about the books: what the marketplace's own people hear of them."""

from apps.notifications.kinds.registry import Kind, Variable, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_DAY: dict[str, Variable] = {"gateway": text("Paystack"), "day": text("Wednesday 18 November 2026")}
_PAGE: dict[str, Variable] = {
    "manage_url": url("https://guild.example/admin/reconciliation/break/", required=False),
}


def _about_books(name: str, label: str, **more: Variable) -> Kind:
    return Kind(
        name=name,
        label=label,
        category=Category.MONEY,
        audience=Audience.OPS,
        channels=(Channel.EMAIL,),
        priority=Priority.HIGH,
        variables={**_PAGE, **more},
    )


RECONCILIATION_BREAKS = register(
    _about_books(
        "reconciliation_breaks",
        "A gateway's records differ from ours",
        **_DAY,
        count=text("2"),
        named=text("Another amount: payment GP-7QK2: 5000.00 NGN here, 5000.01 NGN there"),
    )
)
RECONCILIATION_NO_ANSWER = register(
    _about_books(
        "reconciliation_no_answer",
        "A gateway's records could not be read",
        **_DAY,
        problem=text("Paystack answered 502."),
        attempts=text("1"),
    )
)
BOOKS_UNSOUND = register(
    _about_books(
        "books_unsound",
        "The books are not sound",
        count=text("1"),
        first=text("S4 CUSTOMER:01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11:WALLET:NGN: should be 500000, is 500001"),
    )
)
