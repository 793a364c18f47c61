"""What bookings ask of the desk that handles money."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.bookings.models import Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.core.outbox import after_commit_many
from apps.ledger import operations as ledger
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay
from apps.payments.queries import left_to_give_back, payment_that_paid, with_something_set_aside
from apps.payments.states import RefundDestination

FREE = "apps.payments.tasks.free_for"


def give_back(booking: Booking, *, amount_minor: int | None = None, reason: str, at: datetime) -> None:
    """All, or so much, of what was paid for the booking itself goes to the customer's wallet once this has committed.

    What a guest has paid goes back the way it came: nobody could open a guest's wallet.
    """
    if amount_minor == 0 or (amount_minor is None and booking.total_minor == 0):
        return
    payment = payment_that_paid(item_type=ITEM_TYPE, item_id=booking.pk)
    if payment is None:
        raise RuntimeError(f"booking {booking.reference} holds money that no payment brought")
    item = ItemToPay(item_type=ITEM_TYPE, item_id=booking.pk)
    if amount_minor is not None:
        # Another refund of it may be on its way already.
        amount_minor = min(amount_minor, left_to_give_back(payment, item_type=ITEM_TYPE, item_id=booking.pk))
    if amount_minor is not None and amount_minor <= 0:
        return
    way = RefundDestination.GATEWAY if payment.payer.is_guest else RefundDestination.WALLET
    payments.request_refund(
        payment_id=payment.pk, item=item, amount_minor=amount_minor, destination=way, reason=reason, at=at
    )


def free_set_aside(booking_ids: Collection[UUID]) -> None:
    """What unpaid attempts at these bookings, which have ended, set aside can be spent otherwise after the commit."""
    ended = with_something_set_aside(item_type=ITEM_TYPE, item_ids=booking_ids)
    after_commit_many(FREE, [{"item_type": ITEM_TYPE, "item_id": str(key)} for key in ended])


def keep_and_give_back(booking: Booking, *, held_minor: int, kept_minor: int, reason: str, at: datetime) -> int:
    """Of what was held, ``kept_minor`` clears to the business, and the rest goes to the customer; answers how much that is.

    The kept part begins to clear when the rest has left the escrow (see the handlers), so that no delay of the refund
    could let the whole be released; at once where nothing goes back. The hold is locked by the caller.
    """
    back_minor = held_minor - kept_minor
    if back_minor:
        give_back(booking, amount_minor=back_minor, reason=reason, at=at)
    else:
        ledger.start_clearance(unit_type=ITEM_TYPE, unit_id=booking.pk, at=at)
    return back_minor
