"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.availability.events import HoldsOverdue
from apps.bookings import handlers as bookings
from apps.core import events
from apps.core.events import Subscriptions
from apps.ledger.events import ClearanceStarted, EscrowFrozen, EscrowRefunded, EscrowReleased, EscrowUnfrozen
from apps.payments.events import PaymentCaptured, PaymentPending
from config import profile_parts

SUBSCRIPTIONS: Subscriptions = {
    HoldsOverdue: [bookings.end_overdue_holds],
    ClearanceStarted: [bookings.note_clearance],
    EscrowReleased: [bookings.note_release],
    EscrowRefunded: [bookings.note_refund],
    EscrowFrozen: [bookings.note_freeze],
    EscrowUnfrozen: [bookings.note_unfreeze],
    PaymentCaptured: [bookings.confirm_paid_bookings],
    PaymentPending: [bookings.wait_for_money],
}


def connect() -> None:
    """Every handler of the table hears of its events, and every part of a profile is known."""
    events.connect(SUBSCRIPTIONS)
    profile_parts.connect()
