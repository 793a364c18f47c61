"""Courses, purely: what the whole is by what its sessions are, and what each session costs of the price.

A booking of a course stores no state of its own. Its status is read off the statuses of its sessions' bookings:

    1. every session expired                                  EXPIRED
    2. every session ended without taking place               CANCELLED
    3. a session runs, or one is over and another is to come  IN_PROGRESS
    4. a session waits for money or for approval              PENDING
    5. a session is to come                                   CONFIRMED
    6. otherwise the sessions that were not called off are over, attended or missed: COMPLETED

The first line that fits decides. Sessions that ended without taking place (cancelled, rejected, expired) count for
nothing as long as one is left.
"""

from collections.abc import Collection

from django.db import models

from apps.bookings.price import NO_PREMIUM, Price, PriceLine
from apps.bookings.states import SEATLESS, BookingStatus, PaymentStatus
from apps.core.money import split_by_weights

S = BookingStatus
M = PaymentStatus


class CourseStatus(models.TextChoices):
    PENDING = "PENDING", "pending"
    CONFIRMED = "CONFIRMED", "confirmed"
    IN_PROGRESS = "IN_PROGRESS", "in progress"
    COMPLETED = "COMPLETED", "completed"
    CANCELLED = "CANCELLED", "cancelled"
    EXPIRED = "EXPIRED", "expired"


_OVER = {S.COMPLETED, S.NO_SHOW}


def status_of(sessions: Collection[str]) -> CourseStatus:
    """The status of the whole, by the statuses of its sessions' bookings; see the table above."""
    left = {status for status in sessions if status not in SEATLESS}
    if not left:
        return CourseStatus.EXPIRED if set(sessions) == {S.EXPIRED} else CourseStatus.CANCELLED
    if S.IN_PROGRESS in left or (left & _OVER and left - _OVER):
        return CourseStatus.IN_PROGRESS
    if S.PENDING in left:
        return CourseStatus.PENDING
    return CourseStatus.COMPLETED if left <= _OVER else CourseStatus.CONFIRMED


# Where the money of one session decides for the whole, the first that any has.
_DECIDING = (M.FROZEN, M.HELD, M.PENDING_CLEARANCE)


def payment_status_of(sessions: Collection[tuple[str, str | None]]) -> PaymentStatus | None:
    """Where the money of the whole is, by status and payment status of each session; None for a free course.

    Unpaid while any session waits for money; then frozen, held or clearing as long as the money of any is; then what
    all have come to, or refunded in part where they have come to different ends.
    """
    found = {payment for _status, payment in sessions if payment is not None}
    if not found:
        return None
    if (S.PENDING, M.PENDING_PAYMENT) in sessions or found == {M.PENDING_PAYMENT}:
        return M.PENDING_PAYMENT
    deciding = next((payment for payment in _DECIDING if payment in found), None)
    if deciding is not None:
        return deciding
    paid = found - {M.PENDING_PAYMENT}
    return PaymentStatus(paid.pop()) if len(paid) == 1 else M.PARTIALLY_REFUNDED


def shares_of(total_minor: int, sessions: int) -> list[int]:
    """What each session costs of the whole price, in their order; the shares add up, and the first bear what is left over."""
    return split_by_weights(total_minor, [1] * sessions)


def prices_of(whole: Price, title: str, sessions: int) -> list[Price]:
    """The price of each session's booking, in their order."""
    return [
        Price(
            currency=whole.currency,
            base_minor=share,
            multiplier=NO_PREMIUM,
            lines=(PriceLine("SERVICE", f"{title}, {number}/{sessions}", share),),
        )
        for number, share in enumerate(shares_of(whole.total_minor, sessions), start=1)
    ]
