"""A discount code lowers the price of one payment; a grant code puts credits into a purse."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from apps.core import audit
from apps.core.api.fields import money_out
from apps.credits import notices
from apps.credits.errors import CodeNotForThis, CodeOfAnotherKind, CodeUnknown, CodeUsedUp
from apps.credits.models import Grant, PromoCode, Redemption
from apps.credits.rules import Priced
from apps.credits.states import CodeKind, RedemptionState, Source
from apps.ledger.models import EscrowHold


def find_code(code: str, at: datetime, *, lock: bool = False) -> PromoCode:
    """The code that is open now. Raises: CodeUnknown."""
    codes = PromoCode.objects.filter(code__iexact=code.strip())
    found: PromoCode | None = (codes.locked() if lock else codes).first()
    if found is None or not found.is_open(at):
        raise CodeUnknown
    return found


def discount_of(code: PromoCode, *, customer_id: UUID, currency: str, things: Sequence[Priced]) -> int:
    """What the code takes off for the customer. Raises: CodeOfAnotherKind, CodeUsedUp, CodeNotForThis."""
    if code.kind != CodeKind.DISCOUNT:
        raise CodeOfAnotherKind
    ensure_left(code, customer_id)
    if code.currency != currency:
        raise CodeNotForThis(data={"currency": code.currency})
    fitting = sum(thing.amount_minor for thing in things if _fits(code, thing))
    if fitting <= 0:
        raise CodeNotForThis
    if fitting < code.minimum_minor:
        raise CodeNotForThis(data={"minimum": money_out(code.minimum_minor, currency)})
    amount = code.takes_off(fitting)
    if amount <= 0:
        raise CodeNotForThis
    return amount


def ensure_left(code: PromoCode, customer_id: UUID) -> None:
    """Raises: CodeUsedUp, also where it is for a first purchase and the customer had one; the database counts again."""
    if code.limit_total is not None and code.redeemed >= code.limit_total:
        raise CodeUsedUp
    taken = code.redemptions.filter(customer_id=customer_id, state=RedemptionState.TAKEN).count()
    if taken >= code.limit_each:
        raise CodeUsedUp
    if code.is_for_first and EscrowHold.objects.filter(customer_id=customer_id).exists():
        raise CodeNotForThis("This code is for a first purchase.")


def _fits(code: PromoCode, thing: Priced) -> bool:
    if not thing.takes_promised:
        return False
    if code.businesses and thing.business_id not in code.businesses:
        return False
    return not code.categories or thing.category_id in code.categories


def take_discount(
    *, code: str, customer_id: UUID, currency: str, payment_id: UUID, things: Sequence[Priced], at: datetime
) -> Grant:
    """The code counts as used, and what it takes off is a promotional credit that this payment alone can spend.

    Raises: CodeUnknown, CodeUsedUp, CodeNotForThis, CodeOfAnotherKind.
    """
    found = find_code(code, at, lock=True)
    amount = discount_of(found, customer_id=customer_id, currency=currency, things=things)
    return _redeem(found, amount, customer_id=customer_id, payment_id=payment_id, at=at)


@transaction.atomic
def redeem(*, code: str, by: Any, at: datetime) -> Grant:
    """What the code grants can be spent. Raises: CodeUnknown, CodeUsedUp, CodeNotForThis, CodeOfAnotherKind."""
    found = find_code(code, at, lock=True)
    if found.kind != CodeKind.GRANT:
        raise CodeOfAnotherKind
    ensure_left(found, by.pk)
    grant = _redeem(found, found.amount_minor or 0, customer_id=by.pk, payment_id=None, at=at)
    audit.record("credits.code_redeemed", target=grant, by=by, at=at, after={"code": found.code})
    notices.tell_received(grant, at=at)
    return grant


def _redeem(code: PromoCode, amount_minor: int, *, customer_id: UUID, payment_id: UUID | None, at: datetime) -> Grant:
    grant: Grant = Grant.objects.create(
        customer_id=customer_id, currency=code.currency, source=Source.PROMOTION, amount_minor=amount_minor,
        expires_at=at + timedelta(days=code.valid_days), reason=f"{code.code}: {code.title}", pinned_to=payment_id,
        created_at=at,
    )  # fmt: skip
    last = code.redemptions.filter(customer_id=customer_id, state=RedemptionState.TAKEN).aggregate(Max("number"))
    Redemption.objects.create(
        code=code, customer_id=customer_id, number=(last["number__max"] or 0) + 1, grant=grant, payment_id=payment_id,
        created_at=at,
    )  # fmt: skip
    return grant
