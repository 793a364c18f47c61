"""What would pay, before anything is paid for; nothing is written."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core.money import Money
from apps.credits import queries
from apps.credits.models import PromoCode
from apps.credits.operations.discount import discount_of, ensure_left, find_code
from apps.credits.rules import Priced, Wish, plan
from apps.ledger.operations import SetAside


def preview(*, customer_id: UUID, currency: str, wish: Wish, things: Sequence[Priced], at: datetime) -> SetAside:
    """What the customer's credits, wallet and code would pay of the things now.

    Raises: NotEnoughCredits, NotEnoughInWallet, CodeUnknown, CodeUsedUp, CodeNotForThis, CodeOfAnotherKind.
    """
    discount = 0
    if wish.promo:
        discount = discount_of(find_code(wish.promo, at), customer_id=customer_id, currency=currency, things=things)
    planned = plan(
        wish=wish, things=things, grants=queries.spendable(customer_id, currency, at) if wish.credits else (),
        wallet_minor=queries.in_wallet(customer_id, currency) if wish.wallet else 0, discount_minor=discount,
        currency=currency,
    )  # fmt: skip
    return planned.parts


def check_code(
    *,
    code: str,
    customer_id: UUID,
    amount: Money | None,
    business_id: UUID | None,
    category_id: UUID | None,
    at: datetime,
) -> tuple[PromoCode, int | None]:
    """The code, if the customer could use it now, and what it would take off the amount that is given.

    Raises: CodeUnknown, CodeUsedUp, CodeNotForThis; CodeOfAnotherKind where a code that grants is asked about an amount.
    """
    found = find_code(code, at)
    ensure_left(found, customer_id)
    if amount is None:
        return found, None
    thing = Priced(amount_minor=amount.amount_minor, business_id=business_id, category_id=category_id)
    return found, discount_of(found, customer_id=customer_id, currency=amount.currency, things=[thing])
