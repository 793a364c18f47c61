"""What can be paid for: each trade registers one function per item type, so that payments need not know any trade.

``config/payables.py`` holds the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from apps.credits.rules import Wish
from apps.payments.errors import UnknownItemType
from apps.payments.states import Destination


@dataclass(frozen=True, kw_only=True)
class PayablePart:
    """A part of a thing whose money waits in a hold of its own, such as one use of a package."""

    unit_type: str
    unit_id: UUID
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class PayableQuote:
    """What one thing costs now, and where its money goes when it comes.

    The money of ``Destination.ESCROW`` waits in a hold for ``unit_type`` and ``unit_id``, which are the item's own
    where they are not given; or in one hold for each of ``parts``, which sum to the whole. ``commission_rate_bp`` is the
    business's own rate, ``plan_rate_bp`` its plan's. It is paid for in one payment with all the items of its type in
    ``only_with``. ``keeps_method`` is for what is paid for again and again: the way it was paid is saved. ``wish`` is with what the payer, when they ordered it, said that they want to pay.
    """

    amount_minor: int
    currency: str
    kind: str
    description: str
    business_id: UUID | None
    expires_at: datetime | None = None
    destination: Destination = Destination.ESCROW
    unit_type: str = ""
    unit_id: UUID | None = None
    parts: tuple[PayablePart, ...] = ()
    commission_rate_bp: int | None = None
    plan_rate_bp: int | None = None
    performer_id: UUID | None = None
    performer_has_left: bool = False
    only_with: frozenset[UUID] = frozenset()
    category_id: UUID | None = None
    keeps_method: bool = False
    wish: Wish | None = None

    def __post_init__(self) -> None:
        if self.parts and sum(part.amount_minor for part in self.parts) != self.amount_minor:
            raise ValueError(f"the parts of {self.description} are not the whole")


class Payable(Protocol):
    """Quotes one thing for the person who means to pay for it; runs in a transaction and may lock the item's row."""

    def __call__(self, *, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
        """Raises: ItemNotFound where it is not the payer's, AlreadyPaid, NotPayable, NothingToPay."""


Payables = Mapping[str, Payable]
_payables: dict[str, Payable] = {}


def connect(payables: Payables) -> None:
    """From now on exactly these types can be paid for."""
    _payables.clear()
    _payables.update(payables)


def known_types() -> list[str]:
    """What can be paid for, by name."""
    return sorted(_payables)


def quote_payable(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the item costs the payer now.

    Raises: UnknownItemType, and what its trade raises.
    """
    quoter = _payables.get(item_type)
    if quoter is None:
        raise UnknownItemType(errors={"items": [f"{item_type}: one of {', '.join(known_types())}."]})
    return quoter(item_type=item_type, item_id=item_id, payer=payer, at=at)
