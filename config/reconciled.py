"""What of ours is held against which of a gateway's own lists: on one page; connected when Django starts."""

from apps.reconciliation import books
from apps.reconciliation.books.charges import ChargeBook, SettledBook, SettlementBook
from apps.reconciliation.books.refunds import RefundBook


def connect() -> None:
    """A list for which there is no book here is not read."""
    books.connect([ChargeBook(), RefundBook(), SettledBook(), SettlementBook()])
