"""What a book is, and how one of its rows is held against one line of a gateway's list.

A new kind of line (payouts, chargebacks) is a class with these methods and one line in ``config/reconciled.py``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from apps.core.money import format_amount
from apps.payments.gateways.values import RecordKind
from apps.reconciliation.models import GatewayLine
from apps.reconciliation.states import BreakKind, Outcome

NOTHING = "nothing"
_SUCCEEDED, _PENDING = "SUCCEEDED", "PENDING"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What we know of one thing that a gateway may know too. ``fee_minor`` is None where no fee is booked for it.

    ``account`` is the account of the books that is out where the two differ. ``taken_minor``: what was
    taken for a dispute. ``moved_minor``: what the books have moved for it, where that is not told by its outcome.
    """

    subject: str
    record_id: UUID | None
    payment_id: UUID | None
    reference: str
    gateway_id: str
    amount_minor: int
    currency: str
    fee_minor: int | None
    outcome: Outcome
    at: datetime
    account: str
    taken_minor: int | None = None
    moved_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """In what the gateway (``there``) and we (``here``) differ about one thing.

    ``gap_minor`` is by how much it says more, ``net_gap_minor`` by how much more it has for it, fees and all.
    """

    list_kind: str
    kind: BreakKind
    subject: str
    here: str
    there: str
    gap_minor: int
    currency: str
    account: str
    occurred_at: datetime
    net_gap_minor: int = 0
    line: GatewayLine | None = None
    payment_id: UUID | None = None
    record_id: UUID | None = None

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it the same difference."""
        return (self.list_kind, str(self.kind), self.subject, self.here, self.there)


class Book(Protocol):
    """Rows of ours that ought to be in one of a gateway's lists. ``sign`` is -1 where the list is of money going out."""

    list_kind: RecordKind
    sign: int

    def concerns(self, line: GatewayLine) -> bool:
        """Whether the line moved, or is about to move, money that the books have to know of."""

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """What we know of each of these lines, by the line's key."""

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """What ought to be in the gateway's list of that time."""

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """These rows of ours, as they stand."""

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """What the gateway says of it when it is asked by name; None where it knows nothing. No transaction is open."""

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """Something was done that may have made the two agree. No transaction is open."""


def compare(book: Book, line: GatewayLine, ours: Known | None, *, account: str) -> list[Difference]:
    """In what one line and what we know of it differ; ``account`` is out where we know nothing."""
    is_dispute = line.kind == RecordKind.DISPUTE
    found = [] if line.net_minor is None or is_dispute else _sums(book, line, account)
    if ours is None and outcome_of(line) == Outcome.FAILED and not (is_dispute and line.fee_minor):
        return found
    if ours is None:
        return [*found, _missing(book, line, account)]
    return found + _differences(book, line, ours)


def _differences(book: Book, line: GatewayLine, ours: Known) -> list[Difference]:
    theirs_words, ours_words = _words(line.amount_minor, line.currency), _words(ours.amount_minor, ours.currency)
    outcome = outcome_of(line)
    if outcome == Outcome.SUCCEEDED and ours.outcome == Outcome.PENDING:
        is_charge = book.list_kind == RecordKind.CHARGE
        kind = BreakKind.MISSING_HERE if is_charge else BreakKind.STATUS
        said = (NOTHING if is_charge else "under way", theirs_words)
        return [_of_outcome(book, line, ours, kind, said)]
    # What is sent has one end: a list that calls a transfer under way does not speak of one that we have ended.
    is_unlike = outcome != ours.outcome and (outcome != Outcome.PENDING or book.list_kind == RecordKind.TRANSFER)
    if is_unlike:
        return [_of_outcome(book, line, ours, BreakKind.STATUS, (str(ours.outcome.label), str(outcome.label)))]
    if line.currency != ours.currency:
        return [_about(book, line, ours, BreakKind.CURRENCY, (ours_words, theirs_words))]
    found = []
    if line.amount_minor != ours.amount_minor:
        gap_minor = line.amount_minor - ours.amount_minor
        # What a bank claims moves nothing by itself.
        net_gap_minor = 0 if line.kind == RecordKind.DISPUTE else None
        said = (ours_words, theirs_words)
        found.append(_about(book, line, ours, BreakKind.AMOUNT, said, gap_minor=gap_minor, net_gap_minor=net_gap_minor))
    if ours.taken_minor is not None and line.net_minor != -ours.taken_minor:
        taken = -int(line.net_minor or 0)
        said = (f"taken {_words(ours.taken_minor, ours.currency)}", f"taken {_words(taken, line.currency)}")
        found.append(_about(book, line, ours, BreakKind.AMOUNT, said, gap_minor=taken - ours.taken_minor))
    if ours.fee_minor is not None and line.fee_minor != ours.fee_minor:
        said = (f"fee {_words(ours.fee_minor, ours.currency)}", f"fee {_words(line.fee_minor, line.currency)}")
        found.append(_about(book, line, ours, BreakKind.FEE, said, gap_minor=ours.fee_minor - line.fee_minor))
    return found


def _of_outcome(
    book: Book, line: GatewayLine, ours: Known, kind: BreakKind, said: tuple[str, str]
) -> Difference:  # fmt: skip
    """The two ended differently: the gateway has moved what we have not, or we what it has not, or gave back."""
    theirs, here = _moved_there(book, line), _moved_here(book, ours)
    gap_minor = line.amount_minor if theirs or not here else -line.amount_minor
    return _about(book, line, ours, kind, said, gap_minor=gap_minor, net_gap_minor=theirs - here)


def _moved_there(book: Book, line: GatewayLine) -> int:
    """By how much the line has made the gateway's balance more."""
    if line.kind == RecordKind.DISPUTE:
        return int(line.net_minor or 0) - line.fee_minor
    succeeded = outcome_of(line) == Outcome.SUCCEEDED
    return (book.sign * line.amount_minor if succeeded else 0) - (line.fee_minor if succeeded or book.sign < 0 else 0)


def _moved_here(book: Book, ours: Known) -> int:
    """By how much our books say that it did."""
    fee_minor = ours.fee_minor or 0
    if ours.moved_minor is not None:
        return ours.moved_minor
    return book.sign * ours.amount_minor - fee_minor if ours.outcome == Outcome.SUCCEEDED else 0


def outcome_of(line: GatewayLine) -> Outcome:
    """How the line says that it ended."""
    return {_SUCCEEDED: Outcome.SUCCEEDED, _PENDING: Outcome.PENDING}.get(line.status, Outcome.FAILED)


def missing_there(book: Book, ours: Known) -> Difference:
    """We have it and the gateway, when it is asked, has never heard of it."""
    return Difference(
        list_kind=book.list_kind.value,
        kind=BreakKind.MISSING_THERE,
        subject=ours.subject,
        here=_words(ours.amount_minor, ours.currency),
        there=NOTHING,
        gap_minor=-book.sign * ours.amount_minor,
        net_gap_minor=-_moved_here(book, ours),
        currency=ours.currency,
        account=ours.account,
        occurred_at=ours.at,
        payment_id=ours.payment_id,
        record_id=ours.record_id,
    )


def twice(book: Book, line: GatewayLine, ours: Known) -> Difference:
    """The gateway has two lines where we have one row."""
    said = ("once", f"again as {line.line_id}")
    again = _moved_there(book, line)
    return _about(book, line, ours, BreakKind.DUPLICATE, said, gap_minor=line.amount_minor, net_gap_minor=again)


def _sums(book: Book, line: GatewayLine, account: str) -> list[Difference]:
    net_minor = int(line.net_minor or 0)
    if line.amount_minor - line.fee_minor == net_minor:
        return []
    return [
        Difference(
            list_kind=book.list_kind.value,
            kind=BreakKind.SETTLEMENT,
            subject=f"settlement line {line.line_id}",
            here=f"net {_words(line.amount_minor - line.fee_minor, line.currency)}",
            there=f"net {_words(net_minor, line.currency)}",
            gap_minor=net_minor - (line.amount_minor - line.fee_minor),
            currency=line.currency,
            account=account,
            occurred_at=line.made_at,
            line=line,
        )
    ]


def _missing(book: Book, line: GatewayLine, account: str) -> Difference:
    return Difference(
        list_kind=book.list_kind.value,
        kind=BreakKind.MISSING_HERE,
        subject=f"{book.list_kind.value.lower()} {line.reference or line.line_id}",
        here=NOTHING,
        there=_words(line.amount_minor, line.currency),
        gap_minor=book.sign * line.amount_minor,
        net_gap_minor=_moved_there(book, line),
        currency=line.currency,
        account=account,
        occurred_at=line.made_at,
        line=line,
    )


def _about(
    book: Book, line: GatewayLine, ours: Known, kind: BreakKind, said: tuple[str, str], *, gap_minor: int = 0,
    net_gap_minor: int | None = None,
) -> Difference:  # fmt: skip
    gap_minor = gap_minor if kind == BreakKind.FEE else book.sign * gap_minor
    return Difference(
        list_kind=book.list_kind.value,
        kind=BreakKind.SETTLEMENT if book.list_kind == RecordKind.SETTLEMENT else kind,
        subject=ours.subject,
        here=said[0],
        there=said[1],
        gap_minor=gap_minor,
        net_gap_minor=0 if _is_of_settlement(book) else gap_minor if net_gap_minor is None else net_gap_minor,
        currency=line.currency,
        account=ours.account,
        occurred_at=line.made_at,
        line=line if not line._state.adding else None,
        payment_id=ours.payment_id,
        record_id=ours.record_id,
    )


def _is_of_settlement(book: Book) -> bool:
    """What goes to our bank is ours all the same."""
    return book.list_kind in {RecordKind.SETTLEMENT, RecordKind.SETTLED}


def _words(amount_minor: int, currency: str) -> str:
    return f"{format_amount(amount_minor, currency)} {currency}"
