"""What a booking would cost; nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.availability.queries import check_start
from apps.bookings.errors import BookingWrongState, BusinessNotPayable, NoSuchPerformer
from apps.bookings.models import Booking
from apps.bookings.operations.book_seats import ensure_booked_alone, ensure_fits
from apps.bookings.operations.create_booking import ensure_start, job_of
from apps.bookings.operations.draft import ensure_in_reach
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.operations.pay_ahead import wish_of, wish_out
from apps.bookings.operations.seats import closing_of
from apps.bookings.operations.types import QuoteRequest
from apps.bookings.operations.use import ensure_usable
from apps.bookings.price import Price
from apps.bookings.queries.candidates import Crew, crews_for
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer, with_package
from apps.bookings.queries.sessions import find_session
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.catalog.queries import performers_of
from apps.credits.operations import Priced, SetAside, Wish, preview
from apps.payments.errors import AlreadyPaid, ItemNotFound, NothingToPay, NotPayable
from apps.payments.operations import PayWith
from apps.payments.payables import PayableQuote


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A price, with whom it is for; ``is_free`` is of the start, where there is one.

    ``paying`` is what credits and a code would pay of it, where the request says with what.
    """

    offer: Offer
    price: Price
    staff_id: UUID | None
    is_free: bool | None
    paying: SetAside | None = None


def quote_booking(*, request: QuoteRequest, customer: User, at: datetime) -> Quote:
    """What the booking would cost with this performer, or with whom the matcher would pick.

    Raises: NoSuchService, NoSuchPerformer, ExtraUnknown, NotBookable, AddressMissing, OutOfReach, PlaceNotServed,
    StartInPast, StartTooFar; PackageUnknown, PackageExpired, NoUseLeft; NotEnoughCredits, CodeUnknown, CodeUsedUp,
    CodeNotForThis, CodeOfAnotherKind, MixedCurrencies.
    """
    made = _quote(request, customer, at)
    return made if request.pay_with is None else replace(made, paying=_paying(made, request.pay_with, customer, at))


def _paying(made: Quote, pay_with: PayWith, customer: User, at: datetime) -> SetAside:
    price, service = made.price, made.offer.service
    kept = wish_out(pay_with, price.currency)
    if price.total_minor == 0:
        return SetAside()
    thing = Priced(amount_minor=price.total_minor, business_id=service.business_id, category_id=service.category_id)
    wish = Wish(credits=kept.get("credits", False), promo=kept.get("promo", ""))
    return preview(customer_id=customer.pk, currency=price.currency, wish=wish, things=[thing], at=at)


def _quote(request: QuoteRequest, customer: User, at: datetime) -> Quote:
    offer = load_offer(request.service_id, extra_ids=request.extra_ids)
    ensure_bookable(offer, at)
    offer, purchase = with_package(offer, purchase_id=request.package_id, customer_id=customer.pk)
    ensure_usable(purchase, service_id=request.service_id, starts_at=request.start or at)
    if request.slot_id is not None:
        return _of_seats(offer, request.slot_id, request.seats, at)
    named = request.staff_id
    if named is not None and not performers_of(offer.service).filter(pk=named).exists():
        raise NoSuchPerformer(errors={"staff": [NoSuchPerformer.default_message]})
    picked, is_free = named, None
    if request.start is not None:
        crew = _crew(request, request.start, offer, customer, at)
        picked, is_free = named or (crew[0] if crew else None), crew is not None
    return Quote(offer=offer, price=offer.price(named), staff_id=picked, is_free=is_free)


def _of_seats(offer: Offer, slot_id: UUID, seats: int, at: datetime) -> Quote:
    """What seats of a session cost, and whether there are as many. Raises: NoSuchSession, SlotUnknown, PartOfCourse."""
    slot = find_session(slot_id)
    ensure_booked_alone(slot)
    ensure_fits(slot, offer)
    is_free = slot.free_seats >= seats and at < closing_of(slot)
    return Quote(offer=offer, price=offer.price_of_seats(seats), staff_id=slot.staff_member_id, is_free=is_free)


def _crew(request: QuoteRequest, start: datetime, offer: Offer, customer: User, at: datetime) -> Crew | None:
    """Those who would do it then, if they are free."""
    ensure_start(start, at)
    place = offer.place(address=request.address, is_virtual=request.is_virtual)
    check = check_start(job_of(offer, request, place, customer), start=start, at=at)
    ensure_in_reach(offer, place, request)
    return next(iter(crews_for(check, offer, staff_id=request.staff_id, at=at)), None)


def quote_payable(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has to pay for a booking, and where the money goes.

    Raises: ItemNotFound, AlreadyPaid, NothingToPay, NotPayable.
    """
    booking = Booking.objects.locked().with_people().filter(pk=item_id, customer_id=payer.pk).first()
    if booking is None:
        raise ItemNotFound
    if booking.payment_status is None:
        raise NothingToPay
    if booking.payment_status != PaymentStatus.PENDING_PAYMENT:
        raise AlreadyPaid
    if booking.status == BookingStatus.EXPIRED or booking.expires_at <= at:
        raise NotPayable("The time was held for you and has run out: book again.")
    if booking.status != BookingStatus.PENDING:
        raise NotPayable(BookingWrongState.default_message)
    if not booking.business.may_be_paid:
        raise NotPayable(BusinessNotPayable.default_message)
    return PayableQuote(
        amount_minor=booking.total_minor,
        currency=booking.currency,
        kind=ITEM_TYPE,
        description=f"{booking.service.title} at {booking.business.name}, {booking.reference}"[:200],
        business_id=booking.business_id,
        expires_at=booking.expires_at,
        commission_rate_bp=booking.business.commission_override_bp,
        plan_rate_bp=booking.business.plan_commission_bp,
        only_with=frozenset() if booking.parent_id is None else _unpaid_parts(booking.parent_id),
        category_id=booking.service.category_id,
        wish=wish_of(booking),
    )


def _unpaid_parts(whole_id: UUID) -> frozenset[UUID]:
    """Every session of the course that is still to be paid for: its price is of the whole."""
    return frozenset(Booking.objects.unpaid().filter(parent_id=whole_id).values_list("pk", flat=True))
