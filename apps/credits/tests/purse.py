"""What tests put into purses, and what is in them."""

from datetime import timedelta
from uuid import uuid4

from apps.core import clock
from apps.credits import operations
from apps.credits.models import PromoCode
from apps.credits.queries import spendable_by_currency
from apps.credits.states import CodeKind, Source
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger import queries as books


def promise(user, amount_minor, *, days=30, source=Source.PROMOTION, currency="NGN"):
    """Promotional credits that run out in so many days."""
    at = clock.now()
    return operations.grant_credits(
        customer_id=user.pk, currency=currency, amount_minor=amount_minor, source=source, reason="Spring", by=None,
        at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip


def own(user, amount_minor, currency="NGN"):
    """Credits that are the customer's own money."""
    return operations.grant_credits(
        customer_id=user.pk, currency=currency, amount_minor=amount_minor, source=Source.REFUND, reason="Sorry", by=None,
        at=clock.now(),
    )  # fmt: skip


def fill_wallet(user, amount_minor, currency="NGN"):
    """Cash in the customer's wallet."""
    ledger.credit_wallet(
        customer_id=user.pk, currency=currency, amount_minor=amount_minor, source=addresses.suspense(currency),
        idempotency_key=f"test:{uuid4()}", at=clock.now(),
    )  # fmt: skip


def purse_of(user, currency="NGN"):
    """(what can be spent of credits, wallet, what is set aside, credits in the books)."""
    return (
        spendable_by_currency(user.pk).get(currency, 0),
        books.balance(addresses.wallet(user.pk, currency)),
        books.balance(addresses.reserved(user.pk, currency)),
        books.balance(addresses.customer_credits(user.pk, currency)),
    )


def promotions(currency="NGN"):
    """What promotions have cost so far."""
    return -books.balance(addresses.promotions(currency))


def discount_code(code="FIRST20", **terms):
    """A code that lowers a price."""
    terms = {"amount_minor": 2_000} | terms if "percent" not in terms else terms
    return PromoCode.objects.create(code=code, title="A test", kind=CodeKind.DISCOUNT, currency="NGN", **terms)


def grant_code(code="WELCOME", amount_minor=5_000, **terms):
    """A code that grants credits."""
    return PromoCode.objects.create(
        code=code, title="A test", kind=CodeKind.GRANT, currency="NGN", amount_minor=amount_minor, **terms
    )


def parts_of(row):
    """What each source has of a payment or a refund: promotions, bought credits, wallet, gateway."""
    return (row.promotions_minor, row.credits_minor, row.wallet_minor, row.gateway_minor)
