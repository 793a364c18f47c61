"""Who may do what with something added to a running job: the same kind of table as the booking's own machine."""

from datetime import datetime
from typing import Any

from apps.bookings.action import Action, Check
from apps.bookings.errors import BusinessNotPayable
from apps.bookings.states import ExtraState, Party
from apps.core.money import Money

ITEM_TYPE = "EXTRA"
E = ExtraState
P = Party


def _falls_away(extra: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(extra.amount_minor, extra.currency)} is not charged." if extra.amount_minor else None


def _is_held(extra: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(extra.amount_minor, extra.currency)} is held in escrow."


_MAY_BE_PAID = Check(
    holds=lambda extra, _party, _at: extra.booking.business.may_be_paid, refusal=lambda _extra: BusinessNotPayable()
)

REFUSE = Action(
    name="refuse", path="refuse/", parties=frozenset({P.CUSTOMER}), sources=(E.ADDED,), money=_falls_away,
)  # fmt: skip
PAY = Action(
    name="pay", path="/api/v1/payments/initialize/", parties=frozenset({P.CUSTOMER}), sources=(E.DUE,),
    checks=(_MAY_BE_PAID,), money=_is_held,
)  # fmt: skip
WAIVE = Action(
    name="waive", path="waive/", parties=frozenset({P.DESK, P.OPS}), sources=(E.ADDED, E.DUE), money=_falls_away,
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (PAY, REFUSE, WAIVE)
