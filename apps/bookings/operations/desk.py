"""The desk books for somebody who stands there or telephones, and notes money that it took itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts import operations as accounts
from apps.accounts.models import User
from apps.availability import operations as availability
from apps.bookings import machine
from apps.bookings.action import Actor
from apps.bookings.errors import NoSuchService, NothingToPay, ReasonMissing
from apps.bookings.events import BookingPaidInCash
from apps.bookings.models import Booking
from apps.bookings.operations.book_seats import book_seats
from apps.bookings.operations.confirm import confirm_free
from apps.bookings.operations.create_booking import create_booking
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_to_act
from apps.bookings.operations.sick_leave import take_off_later
from apps.bookings.operations.types import BookingRequest, Caller, SeatRequest
from apps.bookings.queries.customers import known_customer
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.states import Party, PaymentStatus
from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Service
from apps.core import audit
from apps.core.events import publish


@transaction.atomic
def book_for_caller(
    *,
    business_id: UUID,
    request: BookingRequest | SeatRequest,
    caller: Caller,
    is_paid_in_cash: bool,
    by: Any,
    at: datetime,
    reason: str = "",
) -> Booking:
    """The booking is the caller's, who gets a link to pay for it and to manage it; or it is paid in cash, and confirmed.

    The caller is a customer whom the business knows by the number, or else a guest. Raises: BusinessNotFound;
    ReasonMissing of ops; NoSuchService, also of another business; NothingToPay for cash where nothing is asked; and as
    ``create_booking`` or ``book_seats``.
    """
    actor = _desk(business_id, by, reason)
    if not Service.objects.filter(pk=request.service_id, business_id=business_id).exists():
        raise NoSuchService
    customer = _customer(business_id, caller, at)
    if isinstance(request, SeatRequest):
        booking = book_seats(request=request, customer=customer, at=at, made_by=actor)
    else:
        booking = create_booking(request=request, customer=customer, at=at, made_by=actor)
    audit.record(
        "booking.create", target=booking, by=by, at=at, reason=reason,
        after={"status": booking.status, "customer": str(customer.pk), "as": str(actor.party)},
    )  # fmt: skip
    if is_paid_in_cash:
        if booking.payment_status is None:
            raise NothingToPay("It costs nothing: there is no cash to take.")
        booking = take_cash(booking_id=booking.pk, by=by, at=at, reason=reason)
    return booking


@transaction.atomic
def take_cash(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The business has the money itself, which is marked so and never enters the escrow; the booking is confirmed.

    Whoever takes the money has approved it. Raises: NoSuchBooking, NotYours, ReasonMissing of ops, BookingWrongState;
    NothingToPay where it is paid, or the time to pay has run out.
    """
    booking, actor = lock_to_act(machine.TAKE_CASH, booking_id=booking_id, by=by, at=at, reason=reason)
    booking.payment_status, booking.cash_at, booking.cash_by_id = PaymentStatus.CASH, at, by.pk
    booking.save(update_fields=["payment_status", "cash_at", "cash_by"])
    availability.clear_expiry(booking_id=booking.pk, at=at)
    audit.record(
        "booking.cash", target=booking, by=by, at=at, reason=reason,
        before={"payment_status": PaymentStatus.PENDING_PAYMENT},
        after={
            "payment_status": PaymentStatus.CASH, "amount_minor": booking.total_minor, "currency": booking.currency,
            "as": str(actor.party),
        },
    )  # fmt: skip
    publish(
        fact(BookingPaidInCash, booking, at=at, by_id=by.pk, total_minor=booking.total_minor, currency=booking.currency)
    )
    if booking.slot_id is None:
        take_off_later(booking)
    confirm_free(booking, by=actor, at=at, reason=reason)
    return booking


def _desk(business_id: UUID, by: Any, reason: str) -> Actor:
    """The person as the business's desk, or as operations, who say why. Raises: BusinessNotFound, ReasonMissing."""
    viewer = viewer_of(by)
    if business_id in viewer.desk_ids:
        return Actor(user_id=by.pk, party=Party.DESK)
    if not viewer.acts_for_ops:
        raise BusinessNotFound
    if not reason:
        raise ReasonMissing(errors={"reason": ["Operations say why they act on a booking."]})
    return Actor(user_id=by.pk, party=Party.OPS)


def _customer(business_id: UUID, caller: Caller, at: datetime) -> User:
    known = known_customer(business_id, phone=caller.phone, email=caller.email)
    if known is not None:
        return known
    first_name, _, last_name = caller.name.strip().partition(" ")
    return accounts.guest_customer(
        phone=caller.phone, email=caller.email or None, first_name=first_name[:80], last_name=last_name[:80], at=at
    )
