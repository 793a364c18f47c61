"""Credits and codes with which a customer wants to pay: remembered with the booking, and applied at once where they cover it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.core.money import Money
from apps.credits.rules import Wish
from apps.payments import operations as payments
from apps.payments.errors import MixedCurrencies
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay, PayWith


def wish_out(pay_with: PayWith | None, currency: str) -> dict[str, Any]:
    """The wish as a booking keeps it. Raises: MixedCurrencies."""
    if pay_with is None:
        return {}
    kept = {"credits": _minor(pay_with.credits, currency) or None, "promo": (pay_with.promo or "").strip() or None}
    return {name: value for name, value in kept.items() if value is not None}


def _minor(amount: bool | Money | None, currency: str) -> bool | int | None:
    if isinstance(amount, Money):
        if amount.currency != currency:
            raise MixedCurrencies
        return amount.amount_minor
    return amount


def wish_of(booking: Booking) -> Wish | None:
    """The wish that the booking keeps."""
    kept = booking.pay_with
    return Wish(credits=kept.get("credits", False), promo=kept.get("promo", "")) if kept else None


@transaction.atomic
def pay_ahead(booking: Booking, *, at: datetime) -> Booking:
    """The booking that was just made is paid and confirmed where credits and a code cover it; else they wait for its payment.

    Raises: as ``payments.pay_if_covered``, so that a code that does not hold is told now.
    """
    if booking.expires_at is None:
        return booking
    payment = _pay_if_covered([booking], booking.customer, at=at)
    return booking if payment is None else Booking.objects.with_people().get(pk=booking.pk)


@transaction.atomic
def pay_course_ahead(whole: CourseBooking, *, at: datetime) -> None:
    """As above, of all sessions of the course that was just booked. Raises: likewise."""
    parts = list(Booking.objects.unpaid().filter(parent=whole).order_by("pk"))
    if parts:
        _pay_if_covered(parts, whole.customer, at=at)


def _pay_if_covered(bookings: Sequence[Booking], payer: User, *, at: datetime) -> Payment | None:
    items = [ItemToPay(item_type=ITEM_TYPE, item_id=booking.pk) for booking in bookings]
    return payments.pay_if_covered(items=items, payer=payer, pay_with=PayWith(), at=at)
