"""Who may do what with a booking, from which states, and under which conditions.

One table for the model's transitions, for the operations and for ``available_actions``. Pure: it looks at one booking
and the moment, and at no other row.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.bookings.errors import (
    BookingStarted,
    BookingWrongState,
    BusinessNotPayable,
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
from apps.bookings.policy import ALL_PERCENT, CancellationPolicy, kept_share
from apps.bookings.price import OWNER_PREMIUM
from apps.bookings.states import ENDED, REACHABLE, RECOVERING, SETTLED, BookingStatus, Party, PaymentStatus
from apps.core.conf import timer
from apps.core.errors import DomainError
from apps.core.money import Money
from apps.disputes.errors import AlreadyDisputed, DisputeTooLate

S = BookingStatus
P = Party


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts, and as whom; without a user it is the platform itself."""

    user_id: UUID | None = None
    party: Party = Party.SYSTEM


SYSTEM = Actor()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A condition of an action: where ``holds`` says no, the refusal says why."""

    holds: Callable[[Any, Party, datetime], bool]
    refusal: Callable[[Any], DomainError]


def _no_deadline(booking: Any, party: Party) -> datetime | None:
    return None


def _no_money(booking: Any, party: Party, at: datetime) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something a person may do with a booking. ``path`` is below the booking's own unless it begins with a slash."""

    name: str
    parties: frozenset[Party]
    sources: tuple[str, ...]
    method: str = "POST"
    path: str = ""
    checks: tuple[Check, ...] = ()
    deadline: Callable[[Any, Party], datetime | None] = _no_deadline
    money: Callable[[Any, Party, datetime], str | None] = _no_money

    def permits(self, booking: Any, actor: Any) -> bool:
        """Whether somebody acting as this party may do it at all."""
        return actor.party in self.parties

    def refusal(self, booking: Any, party: Party, at: datetime) -> DomainError | None:
        """Why it cannot be done now, or None when it can."""
        if booking.status not in self.sources:
            return BookingWrongState(data={"status": booking.status, "allowed_in": self.sources})
        return next((check.refusal(booking) for check in self.checks if not check.holds(booking, party, at)), None)


# --- Facts of the row -----------------------------------------------------------------------------------------------
def is_settled(booking: Any) -> bool:
    """Whether the money is here or was taken in cash, or none is asked."""
    return booking.payment_status is None or booking.payment_status in SETTLED


def is_unpaid(booking: Any) -> bool:
    """Whether it waits for money."""
    return bool(booking.payment_status == PaymentStatus.PENDING_PAYMENT)


def has_held_money(booking: Any) -> bool:
    """Whether there is money of it that can still go back or be kept."""
    return bool(booking.payment_status == PaymentStatus.HELD)


def has_clearing_money(booking: Any) -> bool:
    """Whether money waits out its clearance."""
    clearing = {PaymentStatus.PENDING_CLEARANCE, PaymentStatus.PARTIALLY_REFUNDED}
    return booking.release_due_at is not None and booking.payment_status in clearing


def open_sop_items(booking: Any) -> list[dict[str, Any]]:
    """The required items of the checklist that nobody has ticked."""
    return [item for item in booking.sop_checklist if item["required"] and not item["done"]]


def has_done_sop(booking: Any) -> bool:
    """Whether every required item of the checklist is ticked."""
    return not open_sop_items(booking)


# --- Moments and sums -----------------------------------------------------------------------------------------------
def notice_of(booking: Any) -> timedelta:
    """How long before its start a booking has to be made or moved."""
    own = booking.service.notice_min
    return timedelta(minutes=booking.business.notice_min if own is None else own)


def no_show_from(booking: Any) -> datetime:
    """From when on a customer who is not there counts as not coming."""
    starts_at: datetime = booking.starts_at
    return starts_at + timer("BOOKING_NO_SHOW_GRACE")


def refund_percent(booking: Any, at: datetime) -> int:
    """How much goes back to a customer who cancels now; having moved it when it was late already counts as late."""
    policy = CancellationPolicy.read(booking.cancellation_policy)
    percent = policy.refund_percent(starts_at=booking.starts_at, booked_at=booking.created_at, at=at)
    return min(percent, booking.refund_cap_percent)


def back_on_cancel(booking: Any, party: Party, at: datetime) -> int:
    """How much goes back on a cancellation now, in per cent; everything where the business or ops cancel."""
    return refund_percent(booking, at) if party == P.CUSTOMER else ALL_PERCENT


def back_on_no_show(booking: Any) -> int:
    """How much goes back to a customer who did not come, in per cent."""
    percent = CancellationPolicy.read(booking.cancellation_policy).no_show_percent
    return min(percent, booking.refund_cap_percent)


def kept_on_cancel(booking: Any, party: Party, at: datetime) -> int:
    """What a cancellation now would keep back of what was paid; nothing where the business or ops cancel."""
    if not has_held_money(booking):
        return 0
    return kept_share(booking.total_minor, back_on_cancel(booking, party, at))


def kept_on_no_show(booking: Any) -> int:
    """What is kept of what was paid when the customer did not come."""
    if not has_held_money(booking):
        return 0
    return kept_share(booking.total_minor, back_on_no_show(booking))


def _money_on_cancel(booking: Any, party: Party, at: datetime) -> str | None:
    return _split(booking, back_on_cancel(booking, party, at))


def _money_on_no_show(booking: Any, _party: Party, _at: datetime) -> str | None:
    return _split(booking, back_on_no_show(booking))


def _money_on_reject(booking: Any, _party: Party, _at: datetime) -> str | None:
    return _split(booking, ALL_PERCENT)


def premium_minor(booking: Any) -> int:
    """How much of the price is the owner's premium, which goes back when somebody else does the work."""
    return sum(line["amount_minor"] for line in booking.price_lines if line["kind"] == OWNER_PREMIUM)


def _money_on_handing_over(booking: Any, _party: Party, _at: datetime) -> str | None:
    premium = premium_minor(booking)
    if not premium or not has_held_money(booking):
        return None
    return f"A replacement never costs more: {Money(premium, booking.currency)} goes back where the owner's premium falls away."


def _split(booking: Any, back_percent: int) -> str | None:
    if booking.payment_status == PaymentStatus.CASH:
        paid = Money(booking.total_minor, booking.currency)
        return f"{paid} was taken in cash: the business settles it with the customer."
    if not has_held_money(booking):
        return None
    told = []
    if booking.total_minor:
        told.append(_parted(booking, booking.total_minor, back_percent))
    if booking.has_use and kept_share(booking.covered_minor, back_percent) == 0:
        told.append("The use of the package can be used again.")
    elif booking.has_use:
        told.append(f"The use of the package is spent: {_parted(booking, booking.covered_minor, back_percent)}")
    return " ".join(told)


def _parted(booking: Any, amount_minor: int, back_percent: int) -> str:
    kept = kept_share(amount_minor, back_percent)
    back = f"{Money(amount_minor - kept, booking.currency)} goes back to the customer"
    return f"{back}; {Money(kept, booking.currency)} is kept by the cancellation policy." if kept else f"{back}."


def _money_on_complete(booking: Any, _party: Party, _at: datetime) -> str | None:
    if not has_held_money(booking):
        return None
    hours = int(timer("ESCROW_AUTO_RELEASE").total_seconds() // 3600)
    return f"{Money(booking.worth_minor, booking.currency)} is released to the business {hours} h later."


def _money_on_pay(booking: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(booking.total_minor, booking.currency)} is held in escrow."


def _money_on_cash(booking: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(booking.total_minor, booking.currency)} is noted as taken in cash, outside the escrow."


def _is_near(booking: Any, _party: Party, at: datetime) -> bool:
    """Whether its people are together, or may be: some time before the start until some time after the end."""
    ended_at = booking.actual_end_time or (at if booking.status == S.IN_PROGRESS else booking.ends_at)
    until = max(booking.ends_at, ended_at) + timer("SOS_AFTER_END")
    return bool(booking.starts_at - timer("SOS_BEFORE_START") <= at <= until)


# --- Conditions -----------------------------------------------------------------------------------------------------
_PAID = Check(holds=lambda booking, _party, _at: is_settled(booking), refusal=lambda _booking: NotPaid())
_STARTS_LATER = Check(
    holds=lambda booking, _party, at: at < booking.starts_at, refusal=lambda _booking: BookingStarted()
)
# The business and ops may call off a job that never began; a customer who did not come is a no-show.
_STARTS_LATER_FOR_CUSTOMER = Check(
    holds=lambda booking, party, at: party != P.CUSTOMER or at < booking.starts_at,
    refusal=lambda _booking: BookingStarted(),
)
_NOTICE = Check(
    holds=lambda booking, _party, at: at + notice_of(booking) <= booking.starts_at,
    refusal=lambda _booking: NoticeTooShort(),
)
_CUSTOMER_IS_LATE = Check(
    holds=lambda booking, _party, at: at >= no_show_from(booking),
    refusal=lambda _booking: TooEarly("Wait until the customer is late beyond the grace."),
)
_SOP_DONE = Check(
    holds=lambda booking, _party, _at: has_done_sop(booking),
    refusal=lambda booking: SopIncomplete(
        data={"open_items": [{"id": item["id"], "label": item["label"]} for item in open_sop_items(booking)]}
    ),
)
_CLEARING = Check(
    holds=lambda booking, _party, _at: has_clearing_money(booking), refusal=lambda _booking: NothingToRelease()
)
_NOT_DISPUTED = Check(
    holds=lambda booking, _party, _at: booking.payment_status != PaymentStatus.FROZEN,
    refusal=lambda _booking: AlreadyDisputed(),
)
_HAS_CLEARED = {PaymentStatus.PENDING_CLEARANCE, PaymentStatus.RELEASED, PaymentStatus.PARTIALLY_REFUNDED}
_STILL_CLEARING = Check(
    holds=lambda booking, _party, at: has_clearing_money(booking) and at < booking.release_due_at,
    refusal=lambda booking: DisputeTooLate() if booking.payment_status in _HAS_CLEARED else BookingWrongState(),
)
_STILL_PAYABLE = Check(
    holds=lambda booking, _party, at: is_unpaid(booking) and at < booking.expires_at,
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
    holds=lambda booking, party, _at: party != P.CUSTOMER or booking.parent_id is None or not is_unpaid(booking),
    refusal=lambda _booking: PaidWithCourse(),
)


def _start_of(booking: Any, _party: Party) -> datetime | None:
    return booking.starts_at


PAY = Action(
    name="pay", path="/api/v1/payments/initialize/", parties=frozenset({P.CUSTOMER}), sources=(S.PENDING,),
    checks=(_STILL_PAYABLE, _MAY_BE_PAID, _NO_PART), deadline=lambda booking, _party: booking.expires_at, money=_money_on_pay,
)  # fmt: skip
_WITHOUT_USE = Check(
    holds=lambda booking, _party, _at: booking.package_use_id is None, refusal=lambda _booking: PackagePays()
)
TAKE_CASH = Action(
    name="cash", path="cash/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING,),
    checks=(_STILL_PAYABLE, _WITHOUT_USE),
    deadline=lambda booking, _party: booking.expires_at, money=_money_on_cash,
)  # fmt: skip
APPROVE = Action(
    name="approve", path="approve/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.PENDING,),
    checks=(_PAID, _STARTS_LATER), deadline=_start_of,
)  # fmt: skip
REJECT = Action(
    name="reject", path="reject/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING,), money=_money_on_reject,
)  # fmt: skip
CANCEL = Action(
    name="cancel", path="cancel/", parties=frozenset({P.CUSTOMER, P.DESK, P.OPS}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_STARTS_LATER_FOR_CUSTOMER, _NO_UNPAID_PART), money=_money_on_cancel,
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
    sources=(S.DECLINED_WITH_OPTION,), checks=(_PAID, _STARTS_LATER), deadline=_start_of, money=_money_on_handing_over,
)  # fmt: skip
CHOOSE_STAFF = Action(
    name="choose-staff", path="choose-staff/", parties=frozenset({P.CUSTOMER}), sources=RECOVERING,
    checks=(_PAID, _STARTS_LATER), deadline=_start_of, money=_money_on_handing_over,
)  # fmt: skip
# While a declined booking looks for somebody, its customer cancels it at no cost; nobody else does.
GIVE_UP = Action(
    name="cancel", path="cancel/", parties=frozenset({P.CUSTOMER}), sources=RECOVERING, deadline=_start_of,
    money=_money_on_reject,
)  # fmt: skip
RESCHEDULE = Action(
    name="reschedule", path="reschedule/", parties=frozenset({P.CUSTOMER, P.DESK, P.OPS}),
    sources=(S.PENDING, S.CONFIRMED), checks=(_STARTS_LATER, _NOTICE),
    deadline=lambda booking, _party: booking.starts_at - notice_of(booking),
)  # fmt: skip
# Only at its own time, and where the money is settled: what is being paid for does not change its price.
REASSIGN = Action(
    name="reassign", path="reassign/", parties=frozenset({P.DESK, P.OPS}), sources=(S.PENDING, S.CONFIRMED),
    checks=(_OWN_JOB, _PAID, _STARTS_LATER), deadline=_start_of, money=_money_on_handing_over,
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
    checks=(_OWN_JOB, _SOP_DONE), money=_money_on_complete,
)  # fmt: skip
NO_SHOW = Action(
    name="no-show", path="no-show/", parties=frozenset({P.STAFF, P.DESK, P.OPS}), sources=(S.CONFIRMED,),
    checks=(_CUSTOMER_IS_LATE,), money=_money_on_no_show,
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
    checks=(Check(holds=_is_near, refusal=lambda _booking: SosNotOpen()),),
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
