from apps.ledger.models.account import Account, Balance
from apps.ledger.models.hold import EscrowHold
from apps.ledger.models.keeping import BalanceSnapshot, DailyTotal, SealBatch, SealedTransfer
from apps.ledger.models.transfer import Entry, Transfer

__all__ = [
    "Account",
    "Balance",
    "BalanceSnapshot",
    "DailyTotal",
    "Entry",
    "EscrowHold",
    "SealBatch",
    "SealedTransfer",
    "Transfer",
]
