"""Who may do what with a booking, from which states, and under which conditions.

One table for the model's transitions, for the operations and for ``available_actions``. Pure: it looks at one booking
and the moment, and at no other row.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from apps.bookings import stakes
from apps.bookings.action import Action, Check
from apps.bookings.errors import (
    BookingStarted,
    BookingWrongState,
    BusinessNotPayable,
    MoneyClaimed,
    NobodyToTip,
    NothingToPay,
    NothingToRelease,
    NoticeTooShort,
    NotPaid,
    PackagePays,
    PaidWithCourse,
    PartOfSession,
    SopIncomplete,
    SosNotOpen,
    TooEarly,
)
from apps.bookings.states import ENDED, REACHABLE, RECOVERING, BookingStatus, Party, PaymentStatus
from apps.disputes.errors import AlreadyDisputed, DisputeTooLate

S = BookingStatus
P = Party


_PAID = Check(
    holds=lambda booking, _party, _at: stakes.is_settled(booking),
    refusal=lambda booking: MoneyClaimed() if stakes.is_claimed(booking) else NotPaid(),
)
_STARTS_LATER = Check(
    holds=lambda booking, _party, at: at < booking.starts_at, refusal=lambda _booking: BookingStarted()
)
# The business and ops may call off a job that never began; a customer who did not come is a no-show.
_STARTS_LATER_FOR_CUSTOMER = Check(
    holds=lambda booking, party, at: party != P.CUSTOMER or at < booking.starts_at,
    refusal=lambda _booking: BookingStarted(),
)
_NOTICE = Check(
    holds=lambda booking, _party, at: at + stakes.notice_of(booking) <= booking.starts_at,
    refusal=lambda _booking: NoticeTooShort(),
)
_CUSTOMER_IS_LATE = Check(
    holds=lambda booking, _party, at: at >= stakes.no_show_from(booking),
    refusal=lambda _booking: TooEarly("Wait until the customer is late beyond the grace."),
)
_SOP_DONE = Check(
    holds=lambda booking, _party, _at: stakes.has_done_sop(booking),
    refusal=lambda booking: SopIncomplete(
        data={"open_items": [{"id": item["id"], "label": item["label"]} for item in stakes.open_sop_items(booking)]}
    ),
)
_CLEARING = Check(
    holds=lambda booking, _party, _at: stakes.has_clearing_money(booking), refusal=lambda _booking: NothingToRelease()
)
_NOT_DISPUTED = Check(
    holds=lambda booking, _party, _at: booking.payment_status != PaymentStatus.FROZEN,
    refusal=lambda _booking: AlreadyDisputed(),
)
_HAS_CLEARED = {PaymentStatus.PENDING_CLEARANCE, PaymentStatus.RELEASED, PaymentStatus.PARTIALLY_REFUNDED}
_STILL_CLEARING = Check(
    holds=lambda booking, _party, at: stakes.has_clearing_money(booking) and at < booking.release_due_at,
    refusal=lambda booking: DisputeTooLate() if booking.payment_status in _HAS_CLEARED else BookingWrongState(),
)
_STILL_PAYABLE = Check(
    holds=lambda booking, _party, at: stakes.is_unpaid(booking) and at < booking.expires_at,
    refusal=lambda _booking: NothingToPay(),
)

_MAY_BE_PAID = Check(
    holds=lambda booking, _party, _at: booking.business.may_be_paid, refusal=lambda _booking: BusinessNotPayable()
)


# A session begins and ends for all its seats at once, and nobody but its host holds it.
_OWN_JOB = Check(holds=lambda booking, _party, _at: booking.slot_id is None, refusal=lambda _booking: PartOfSession())


# The price of a course is of the whole: nobody pays for a part of it, nor gives up the rest before paying.
_NO_PART = Check(
    holds=lambda booking, _party, _at: booking.parent_id is None, refusal=lambda _booking: PaidWithCourse()
)
_NO_UNPAID_PART = Check(
    holds=lambda booking, party, _at: party != P.CUSTOMER or booking.parent_id is None or not stakes.is_unpaid(booking),
    refusal=lambda _booking: PaidWithCourse(),
)


def _start_of(booking: Any, _party: Party) -> datetime | None:
    return booking.starts_at


PAY = Action(
    name="pay", path="/api/v1/payments/initialize/", parties=frozenset({P.CUSTOMER}), sources=(S.PENDING,),
    checks=(_STILL_PAYABLE, _MAY_BE_PAID, _NO_PART), deadline=lambda booking, _party: booking.expires_at, money=stakes.money_on_pay,
)  # fmt: skip
_WITHOUT_USE = Check(
    holds=lambda booking, _party, _at: booking.package_use_id is None, refusal=lambda _booking: PackagePays()
)
TAKE_CASH = Action(
    name="cash", path="cash/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING,),
    checks=(_STILL_PAYABLE, _WITHOUT_USE),
    deadline=lambda booking, _party: booking.expires_at, money=stakes.money_on_cash,
)  # fmt: skip
APPROVE = Action(
    name="approve", path="approve/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.PENDING,),
    checks=(_PAID, _STARTS_LATER), deadline=_start_of,
)  # fmt: skip
REJECT = Action(
    name="reject", path="reject/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING,), money=stakes.money_on_reject,
)  # fmt: skip
CANCEL = Action(
    name="cancel", path="cancel/", parties=frozenset({P.CUSTOMER, P.DESK, P.OPS}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_STARTS_LATER_FOR_CUSTOMER, _NO_UNPAID_PART), money=stakes.money_on_cancel,
    deadline=lambda booking, party: booking.starts_at if party == P.CUSTOMER else None,
)  # fmt: skip
# Of a course as a whole: the same, for each session of which it can still be done.
PAY_COURSE = replace(PAY, checks=(_STILL_PAYABLE, _MAY_BE_PAID))
CANCEL_COURSE = replace(CANCEL, checks=(_STARTS_LATER_FOR_CUSTOMER,))
DECLINE = Action(
    name="decline", path="decline/", parties=frozenset({P.STAFF}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_OWN_JOB, _PAID, _STARTS_LATER), deadline=_start_of,
)  # fmt: skip
ACCEPT_REPLACEMENT = Action(
    name="accept-replacement", path="accept-replacement/", parties=frozenset({P.CUSTOMER}),
    sources=(S.DECLINED_WITH_OPTION,), checks=(_PAID, _STARTS_LATER), deadline=_start_of, money=stakes.money_on_handing_over,
)  # fmt: skip
CHOOSE_STAFF = Action(
    name="choose-staff", path="choose-staff/", parties=frozenset({P.CUSTOMER}), sources=RECOVERING,
    checks=(_PAID, _STARTS_LATER), deadline=_start_of, money=stakes.money_on_handing_over,
)  # fmt: skip
# While a declined booking looks for somebody, its customer cancels it at no cost; nobody else does.
GIVE_UP = Action(
    name="cancel", path="cancel/", parties=frozenset({P.CUSTOMER}), sources=RECOVERING, deadline=_start_of,
    money=stakes.money_on_reject,
)  # fmt: skip
RESCHEDULE = Action(
    name="reschedule", path="reschedule/", parties=frozenset({P.CUSTOMER, P.DESK, P.OPS}),
    sources=(S.PENDING, S.CONFIRMED), checks=(_STARTS_LATER, _NOTICE),
    deadline=lambda booking, _party: booking.starts_at - stakes.notice_of(booking),
)  # fmt: skip
# Only at its own time, and where the money is settled: what is being paid for does not change its price.
REASSIGN = Action(
    name="reassign", path="reassign/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_OWN_JOB, _PAID, _STARTS_LATER), deadline=_start_of, money=stakes.money_on_handing_over,
)  # fmt: skip
UPDATE = Action(
    name="update", method="PATCH", parties=frozenset({P.CUSTOMER, P.DESK, P.OPS}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_STARTS_LATER,), deadline=_start_of,
)  # fmt: skip
START = Action(
    name="start", path="start/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.CONFIRMED,),
    checks=(_OWN_JOB, _PAID),
)  # fmt: skip
TICK_SOP = Action(
    name="sop", method="PATCH", path="sop/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.IN_PROGRESS,),
)  # fmt: skip
COMPLETE = Action(
    name="complete", path="complete/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.IN_PROGRESS,),
    checks=(_OWN_JOB, _SOP_DONE), money=stakes.money_on_complete,
)  # fmt: skip
NO_SHOW = Action(
    name="no-show", path="no-show/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.CONFIRMED,),
    checks=(_CUSTOMER_IS_LATE,), money=stakes.money_on_no_show,
)  # fmt: skip
CONFIRM_RELEASE = Action(
    name="confirm-release", path="confirm-release/", parties=frozenset({P.CUSTOMER}), sources=ENDED,
    checks=(_CLEARING,), deadline=lambda booking, _party: booking.release_due_at,
    money=lambda _booking, _party, _at: "The money goes to the business now.",
)  # fmt: skip
DISPUTE = Action(
    name="dispute", path="dispute/", parties=frozenset({P.CUSTOMER}), sources=ENDED,
    checks=(_NOT_DISPUTED, _STILL_CLEARING), deadline=lambda booking, _party: booking.release_due_at,
    money=lambda _booking, _party, _at: "All money of the booking that is clearing is frozen until somebody decides.",
)  # fmt: skip
ADD_EXTRA = Action(
    name="add-extra", method="PATCH", path="add-extra/", parties=frozenset({P.STAFF, P.DESK, P.OPS}),
    sources=(S.IN_PROGRESS,), money=lambda _booking, _party, _at: "The total grows; it is paid when the work is complete.",
)  # fmt: skip
CONTACT = Action(
    name="contact", path="contact/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=REACHABLE,
)  # fmt: skip
SOS = Action(
    name="sos", path="sos/", parties=frozenset({P.CUSTOMER, P.STAFF}),
    sources=tuple(state for state in S if state not in {S.PENDING, S.REJECTED, S.EXPIRED}),
    checks=(Check(holds=stakes.is_near, refusal=lambda _booking: SosNotOpen()),),
)  # fmt: skip
LOG_POSITIONS = Action(
    name="positions", path="positions/", parties=frozenset({P.STAFF}), sources=(S.IN_PROGRESS,),
)  # fmt: skip
TIP = Action(
    name="tip", path="tip/", parties=frozenset({P.CUSTOMER}), sources=(S.COMPLETED,),
    checks=(Check(holds=lambda booking, _party, _at: bool(booking.performer_ids), refusal=lambda _booking: NobodyToTip()),),
    money=lambda _booking, _party, _at: "What you give is paid apart, and is whole for whoever did the work.",
)  # fmt: skip
WRITE_NOTES = Action(
    name="notes", method="PUT", path="notes/", parties=frozenset({P.DESK, P.OPS}), sources=tuple(S),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    PAY, TAKE_CASH, APPROVE, REJECT, DECLINE, ACCEPT_REPLACEMENT, CHOOSE_STAFF, START, TICK_SOP, ADD_EXTRA, COMPLETE, CONFIRM_RELEASE,
    DISPUTE, TIP, RESCHEDULE, REASSIGN, CANCEL, GIVE_UP, NO_SHOW, UPDATE, CONTACT, SOS, LOG_POSITIONS, WRITE_NOTES,
)  # fmt: skip
