"""In which order what pays is taken. Nothing here reads a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from apps.core.api.fields import money_out
from apps.credits.errors import NotEnoughCredits, NotEnoughInWallet
from apps.credits.models import Grant
from apps.ledger.operations import SetAside

Amount = bool | int
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """With what a customer wants to pay before the gateway: all there is (True), so much of it, or none (False)."""

    credits: Amount = False
    wallet: Amount = False
    promo: str = ""

    def __bool__(self) -> bool:
        return bool(self.credits or self.wallet or self.promo)


@dataclass(frozen=True, kw_only=True)
class Priced:
    """One thing to be paid for, and what may pay for it. The wallet always may."""

    amount_minor: int
    business_id: UUID | None = None
    category_id: UUID | None = None
    takes_credits: bool = True
    takes_promised: bool = True


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What each grant, and each other source, pays."""

    takes: Sequence[tuple[Grant, int]]
    parts: SetAside


def total_of(things: Iterable[Priced], *, promised: bool = False, any_credits: bool = False) -> int:
    """What these things cost, or those of them that such credits may pay for."""
    return sum(
        thing.amount_minor
        for thing in things
        if (thing.takes_promised or not promised) and (thing.takes_credits or not any_credits)
    )


def plan(
    *,
    wish: Wish,
    things: Sequence[Priced],
    grants: Iterable[Grant],
    wallet_minor: int,
    discount_minor: int,
    currency: str,
) -> Plan:
    """The discount first, then credits that run out (the soonest first), then bought ones, then the wallet.

    Raises: NotEnoughCredits, NotEnoughInWallet where a certain amount is wished and there is less.
    """
    promised, real = _in_order(grants)
    wanted = _most(wish.credits)
    room = total_of(things, promised=True) - discount_minor
    takes = _take(promised, min(room, wanted))
    from_promised = sum(amount for _, amount in takes)
    credit_room = total_of(things, any_credits=True) - discount_minor
    takes += _take(real, min(credit_room, wanted) - from_promised)
    taken = sum(amount for _, amount in takes)
    if _falls_short(wish.credits, taken, credit_room):
        raise NotEnoughCredits(data={"available": money_out(taken, currency)})
    left = total_of(things) - discount_minor - taken
    from_wallet = max(min(wallet_minor, left, _most(wish.wallet)), 0)
    if _falls_short(wish.wallet, from_wallet, left):
        raise NotEnoughInWallet(data={"available": money_out(from_wallet, currency)})
    parts = SetAside(
        wallet_minor=from_wallet,
        credits_minor=taken - from_promised,
        promotions_minor=discount_minor + from_promised,
    )
    return Plan(takes=takes, parts=parts)


def _in_order(grants: Iterable[Grant]) -> tuple[list[Grant], list[Grant]]:
    known = sorted(grants, key=lambda grant: (grant.expires_at or _NEVER, grant.pk))
    return [grant for grant in known if not grant.is_real], [grant for grant in known if grant.is_real]


def _most(wished: Amount) -> int:
    if isinstance(wished, bool):
        return 10**18 if wished else 0
    return wished


def _falls_short(wished: Amount, taken: int, room: int) -> bool:
    return not isinstance(wished, bool) and taken < min(wished, room)


def _take(grants: Iterable[Grant], wanted: int) -> list[tuple[Grant, int]]:
    takes = []
    for grant in grants:
        amount = min(grant.left_minor, wanted)
        if amount > 0:
            takes.append((grant, amount))
            wanted -= amount
    return takes
