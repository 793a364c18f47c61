"""What is at stake in a booking: where its money is, what would go back or be kept, and the sentences that say so.

Pure: it looks at one booking and the moment, and at no other row.
"""

from datetime import datetime, timedelta
from typing import Any

from apps.bookings.policy import ALL_PERCENT, CancellationPolicy, kept_share
from apps.bookings.price import OWNER_PREMIUM
from apps.bookings.states import SETTLED, UPCOMING, BookingStatus, Party, PaymentStatus
from apps.core.conf import timer
from apps.core.money import Money

S = BookingStatus
P = Party


def is_settled(booking: Any) -> bool:
    """Whether the money is here or was taken in cash, or none is asked."""
    return booking.payment_status is None or booking.payment_status in SETTLED


def is_unpaid(booking: Any) -> bool:
    """Whether it waits for money."""
    return bool(booking.payment_status == PaymentStatus.PENDING_PAYMENT)


def has_held_money(booking: Any) -> bool:
    """Whether there is money of it that can still go back or be kept.

    Before the work, frozen money is what the customer's bank claims: what is to go back waits for the bank's word.
    """
    return is_claimed(booking) or bool(booking.payment_status == PaymentStatus.HELD)


def is_claimed(booking: Any) -> bool:
    """Whether the customer's bank claims the money of work that has not begun."""
    return booking.payment_status == PaymentStatus.FROZEN and booking.status in UPCOMING


def held_minor(booking: Any) -> int:
    """What of its own price is still held for it: less where a part went back before the work."""
    if not has_held_money(booking):
        return 0
    gone = 0 if booking.has_use else booking.refunded_minor  # with a use, what went back may be of the use
    return int(booking.total_minor - gone)


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
    return min(kept_share(booking.total_minor, back_on_cancel(booking, party, at)), held_minor(booking))


def kept_on_no_show(booking: Any) -> int:
    """What is kept of what was paid when the customer did not come."""
    if not has_held_money(booking):
        return 0
    return min(kept_share(booking.total_minor, back_on_no_show(booking)), held_minor(booking))


def money_on_cancel(booking: Any, party: Party, at: datetime) -> str | None:
    return _split(booking, back_on_cancel(booking, party, at))


def money_on_no_show(booking: Any, _party: Party, _at: datetime) -> str | None:
    return _split(booking, back_on_no_show(booking))


def money_on_reject(booking: Any, _party: Party, _at: datetime) -> str | None:
    return _split(booking, ALL_PERCENT)


def premium_minor(booking: Any) -> int:
    """How much of the price is the owner's premium, which goes back when somebody else does the work."""
    return sum(line["amount_minor"] for line in booking.price_lines if line["kind"] == OWNER_PREMIUM)


def money_on_handing_over(booking: Any, _party: Party, _at: datetime) -> str | None:
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
        kept = min(kept_share(booking.total_minor, back_percent), held_minor(booking))
        told.append(_parted(booking, held_minor(booking), kept))
    if booking.has_use and kept_share(booking.covered_minor, back_percent) == 0:
        told.append("The use of the package can be used again.")
    elif booking.has_use:
        kept = kept_share(booking.covered_minor, back_percent)
        told.append(f"The use of the package is spent: {_parted(booking, booking.covered_minor, kept)}")
    return " ".join(told)


def _parted(booking: Any, amount_minor: int, kept: int) -> str:
    back = f"{Money(amount_minor - kept, booking.currency)} goes back to the customer"
    return f"{back}; {Money(kept, booking.currency)} is kept by the cancellation policy." if kept else f"{back}."


def money_on_complete(booking: Any, _party: Party, _at: datetime) -> str | None:
    if not has_held_money(booking):
        return None
    hours = int(timer("ESCROW_AUTO_RELEASE").total_seconds() // 3600)
    gone = booking.total_minor - held_minor(booking)
    return f"{Money(booking.worth_minor - gone, booking.currency)} is released to the business {hours} h later."


def money_on_pay(booking: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(booking.total_minor, booking.currency)} is held in escrow."


def money_on_cash(booking: Any, _party: Party, _at: datetime) -> str | None:
    return f"{Money(booking.total_minor, booking.currency)} is noted as taken in cash, outside the escrow."


def is_near(booking: Any, _party: Party, at: datetime) -> bool:
    """Whether its people are together, or may be: some time before the start until some time after the end."""
    ended_at = booking.actual_end_time or (at if booking.status == S.IN_PROGRESS else booking.ends_at)
    until = max(booking.ends_at, ended_at) + timer("SOS_AFTER_END")
    return bool(booking.starts_at - timer("SOS_BEFORE_START") <= at <= until)
