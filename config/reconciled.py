"""What of ours is held against which of a gateway's own lists: on one page; connected when Django starts."""

from apps.reconciliation import books
from apps.reconciliation.books.charges import ChargeBook, SettledBook, SettlementBook
from apps.reconciliation.books.disputes import DisputeBook
from apps.reconciliation.books.refunds import RefundBook
from apps.reconciliation.books.transfers import TransferBook


def connect() -> None:
    """A list for which there is no book here is not read."""
    books.connect([ChargeBook(), RefundBook(), TransferBook(), DisputeBook(), SettledBook(), SettlementBook()])
