"""What bookings can do. All are keyword-only; ``by`` is who does it, ``at`` when."""

from apps.bookings.operations.cancel import cancel_booking, lapse_booking, record_no_show
from apps.bookings.operations.confirm import approve_booking, receive_money
from apps.bookings.operations.create_booking import create_booking
from apps.bookings.operations.edit import edit_booking, write_notes
from apps.bookings.operations.end_many import expire_bookings
from apps.bookings.operations.forget import forget_customer
from apps.bookings.operations.overdue import ask_about_overdue, expire_overdue, give_time, lapse_unapproved
from apps.bookings.operations.quote import Quote, quote_booking, quote_payable
from apps.bookings.operations.reject import reject_booking
from apps.bookings.operations.reschedule import reschedule_booking
from apps.bookings.operations.types import BookingRequest, QuoteRequest
from apps.bookings.operations.work import complete_booking, confirm_release, start_booking, tick_items

__all__ = [
    "BookingRequest",
    "Quote",
    "QuoteRequest",
    "approve_booking",
    "ask_about_overdue",
    "cancel_booking",
    "complete_booking",
    "confirm_release",
    "create_booking",
    "edit_booking",
    "expire_bookings",
    "expire_overdue",
    "forget_customer",
    "give_time",
    "lapse_booking",
    "lapse_unapproved",
    "quote_booking",
    "quote_payable",
    "receive_money",
    "record_no_show",
    "reject_booking",
    "reschedule_booking",
    "start_booking",
    "tick_items",
    "write_notes",
]
