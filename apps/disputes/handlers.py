"""What disputes do when the ledger states that money of theirs has moved. The holds are locked by whoever states it."""

from apps.disputes import operations
from apps.ledger.events import EscrowClaimed, EscrowRefunded, EscrowReleased, EscrowUnfrozen
from apps.ledger.states import ReleaseReason


def note_release(event: EscrowReleased) -> None:
    """A dispute whose money operations have let go otherwise has ended; nobody else lets go of what is frozen."""
    if event.reason == ReleaseReason.OPS_DECISION:
        operations.note_moved(hold_ids=[each.hold_id for each in event.releases], at=event.released_at)


def note_refund(event: EscrowRefunded) -> None:
    """A dispute whose money has all gone back has ended."""
    if event.left_minor == 0:
        operations.note_moved(hold_ids=[event.hold_id], at=event.refunded_at)


def note_claim(event: EscrowClaimed) -> None:
    """A dispute of which the customer's bank claims all the money has ended: the bank decides."""
    operations.note_moved(hold_ids=[event.hold_id], at=event.claimed_at)


def note_unfreeze(event: EscrowUnfrozen) -> None:
    """A dispute whose money was thawed has ended."""
    operations.note_moved(hold_ids=[event.hold_id], at=event.unfrozen_at)
