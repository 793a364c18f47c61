"""What bookings can do. All are keyword-only; ``by`` is who does it, ``at`` when."""

from apps.bookings.operations.act_on_course import approve_course, cancel_course, reject_course
from apps.bookings.operations.action_links import use_action_link
from apps.bookings.operations.add_extra import add_extras, refuse_extra
from apps.bookings.operations.bill_extras import (
    note_extra_returned,
    quote_extra,
    receive_extra_money,
    tell_blocked,
    waive_extra,
)
from apps.bookings.operations.book_course import book_course
from apps.bookings.operations.book_seats import book_seats
from apps.bookings.operations.book_series import book_series
from apps.bookings.operations.calendar_keys import (
    NewCalendarKey,
    forget_calendar_keys,
    note_calendar_read,
    revoke_calendar_key,
    rotate_calendar_key,
)
from apps.bookings.operations.cancel import cancel_booking, lapse_booking, record_no_show
from apps.bookings.operations.confirm import approve_booking, receive_money
from apps.bookings.operations.create_booking import create_booking
from apps.bookings.operations.decline import decline_booking
from apps.bookings.operations.desk import book_for_caller, take_cash
from apps.bookings.operations.dispute import dispute_booking
from apps.bookings.operations.edit import edit_booking, write_notes
from apps.bookings.operations.end_many import expire_bookings
from apps.bookings.operations.forget import forget_customer
from apps.bookings.operations.hand_over import accept_replacement, choose_staff, reassign_booking
from apps.bookings.operations.make_links import link_to_move, make_action_link
from apps.bookings.operations.overdue import (
    alert_of_silence,
    ask_about_overdue,
    expire_overdue,
    give_time,
    lapse_declined,
    lapse_unapproved,
)
from apps.bookings.operations.pay_ahead import pay_ahead, pay_course_ahead
from apps.bookings.operations.payment_status import derive_payment, waits_to_clear, with_uses
from apps.bookings.operations.positions import Point, forget_positions, log_positions
from apps.bookings.operations.quote import Quote, quote_booking, quote_payable
from apps.bookings.operations.recording import keep_recording, open_recording, upload_for
from apps.bookings.operations.reject import reject_booking
from apps.bookings.operations.remind import send_reminders
from apps.bookings.operations.reschedule import reschedule_booking
from apps.bookings.operations.reveal_contact import reveal_contact
from apps.bookings.operations.review import clear_reviews, lift_review
from apps.bookings.operations.seats import offer_seats
from apps.bookings.operations.session import Mark, call_off_session, complete_session, mark_attendance, start_session
from apps.bookings.operations.sick_leave import (
    ensure_span,
    order_take_offs,
    replace_offer_of,
    report_sick,
    take_job_off,
)
from apps.bookings.operations.sos import Place, acknowledge_sos, raise_sos, repeat_sos
from apps.bookings.operations.tell_course import tell_course_settled, tell_courses_later
from apps.bookings.operations.tip import offer_tip, quote_tip, receive_tip_money
from apps.bookings.operations.types import (
    BookingRequest,
    Caller,
    CourseRequest,
    ExtraToAdd,
    QuoteRequest,
    SeatRequest,
)
from apps.bookings.operations.wait import accept_seat, end_waits, join_line, lapse_offers, leave_line
from apps.bookings.operations.warn_overruns import warn_of_overruns
from apps.bookings.operations.work import complete_booking, confirm_release, start_booking, tick_items

__all__ = [
    "BookingRequest",
    "Caller",
    "CourseRequest",
    "ExtraToAdd",
    "Mark",
    "NewCalendarKey",
    "Place",
    "Point",
    "Quote",
    "QuoteRequest",
    "SeatRequest",
    "accept_replacement",
    "accept_seat",
    "acknowledge_sos",
    "add_extras",
    "alert_of_silence",
    "approve_booking",
    "approve_course",
    "ask_about_overdue",
    "book_course",
    "book_for_caller",
    "book_seats",
    "book_series",
    "call_off_session",
    "cancel_booking",
    "cancel_course",
    "choose_staff",
    "clear_reviews",
    "complete_booking",
    "complete_session",
    "confirm_release",
    "create_booking",
    "decline_booking",
    "derive_payment",
    "dispute_booking",
    "edit_booking",
    "end_waits",
    "ensure_span",
    "expire_bookings",
    "expire_overdue",
    "forget_calendar_keys",
    "forget_customer",
    "forget_positions",
    "give_time",
    "join_line",
    "keep_recording",
    "lapse_booking",
    "lapse_declined",
    "lapse_offers",
    "lapse_unapproved",
    "leave_line",
    "lift_review",
    "link_to_move",
    "log_positions",
    "make_action_link",
    "mark_attendance",
    "note_calendar_read",
    "note_extra_returned",
    "offer_seats",
    "offer_tip",
    "open_recording",
    "order_take_offs",
    "pay_ahead",
    "pay_course_ahead",
    "quote_booking",
    "quote_extra",
    "quote_payable",
    "quote_tip",
    "raise_sos",
    "reassign_booking",
    "receive_extra_money",
    "receive_money",
    "receive_tip_money",
    "record_no_show",
    "refuse_extra",
    "reject_booking",
    "reject_course",
    "repeat_sos",
    "replace_offer_of",
    "report_sick",
    "reschedule_booking",
    "reveal_contact",
    "revoke_calendar_key",
    "rotate_calendar_key",
    "send_reminders",
    "start_booking",
    "start_session",
    "take_cash",
    "take_job_off",
    "tell_blocked",
    "tell_course_settled",
    "tell_courses_later",
    "tick_items",
    "upload_for",
    "use_action_link",
    "waits_to_clear",
    "waive_extra",
    "warn_of_overruns",
    "with_uses",
    "write_notes",
]
