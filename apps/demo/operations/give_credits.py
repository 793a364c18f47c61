"""Credits of the demo's customers, and codes to try."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.core import clock
from apps.core.money import Money
from apps.credits import operations as purse
from apps.credits.models import PromoCode
from apps.credits.states import ITEM_TYPE, CodeKind, Source
from apps.demo.operations.play_history import pay
from apps.payments.operations import ItemToPay

CURRENCY = "NGN"


def give_credits(*, customers: Sequence[User], admin: User, at: datetime) -> None:
    """The first customer has credits of each kind, has given some away and brought somebody; there are two codes."""
    with clock.frozen(at):
        _codes(at)
        first, second, third, *_ = customers
        for person in customers:
            purse.own_code(by=person, at=at)
        for source, amount, days in ((Source.PROMOTION, 250_000, 6), (Source.LOYALTY, 100_000, 60)):
            purse.grant_credits(
                customer_id=first.pk, currency=CURRENCY, amount_minor=amount, source=source, reason="Opening week",
                by=admin, at=at, expires_at=at + timedelta(days=days),
            )  # fmt: skip
        bought = purse.buy(amount=Money(1_000_000, CURRENCY), by=first, at=at)
        pay([ItemToPay(item_type=ITEM_TYPE, item_id=bought.pk)], first, at=at)
        purse.give_credits(
            amount=Money(200_000, CURRENCY), by=first, at=at, email=second.email or "", message="Happy birthday!"
        )
        purse.redeem(code="WELCOME", by=third, at=at)


def _codes(at: datetime) -> None:
    PromoCode.objects.create(
        code="WELCOME", title="Welcome to the Guild", kind=CodeKind.GRANT, currency=CURRENCY, amount_minor=150_000,
        starts_at=at, created_at=at,
    )  # fmt: skip
    PromoCode.objects.create(
        code="FIRST20", title="A fifth off", kind=CodeKind.DISCOUNT, currency=CURRENCY, percent=20, cap_minor=500_000,
        minimum_minor=100_000, starts_at=at, created_at=at,
    )  # fmt: skip
