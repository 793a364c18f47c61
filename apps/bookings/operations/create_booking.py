"""A customer's booking is made. Few round trips: this is the busiest write of the marketplace."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.queries import Check, Job, check_start
from apps.bookings.action import Actor
from apps.bookings.errors import NoSuchPerformer, StartInPast, StartTooFar
from apps.bookings.models import Booking
from apps.bookings.operations.debts import refusing_debtors
from apps.bookings.operations.draft import announce, draft, ensure_expected, ensure_in_reach
from apps.bookings.operations.end_many import expire_bookings, replace_unpaid
from apps.bookings.operations.hold_time import hold_time
from apps.bookings.operations.types import BookingRequest, QuoteRequest
from apps.bookings.operations.use import spend_use
from apps.bookings.queries.candidates import Crew, crews_for
from apps.bookings.queries.free_times import next_free_times
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer_at, with_package
from apps.bookings.states import Place
from apps.catalog.models import StaffMember
from apps.packages.models import Purchase

Instead = Callable[[], dict[str, Any]]
FARTHEST = timedelta(days=5 * 366)


def create_booking(*, request: BookingRequest, customer: User, at: datetime, made_by: Actor | None = None) -> Booking:
    """The time is taken for the customer, who has half an hour to pay; a free booking asks for nothing.

    ``made_by`` is who makes it for them, where they do not themselves.
    The answer's business, service, staff member and customer are at hand without a further query.
    Raises: NoSuchService, NoSuchPerformer, ExtraUnknown, AddressMissing, OutOfReach, PlaceNotServed, StartInPast,
    NotBookable, PriceChanged, PackageUnknown, PackageExpired, NoUseLeft; ExtrasUnpaid, whose data says what to pay;
    SlotTaken, whose data names the next free times.
    """
    ensure_start(request.start, at)
    offer = load_offer_at(
        request.service_id, start=request.start, staff_id=request.staff_id, extra_ids=request.extra_ids
    )
    ensure_bookable(offer, at)
    offer, purchase = with_package(offer, purchase_id=request.package_id, customer_id=customer.pk)
    price = offer.price(request.staff_id)
    ensure_expected(price, request)
    place = offer.place(address=request.address, is_virtual=request.is_virtual)
    job = job_of(offer, request, place, customer)
    check = check_start(job, start=request.start, at=at, calendar=offer.calendar)
    ensure_in_reach(offer, place, request)
    if request.staff_id is not None and not check.refusals:
        raise NoSuchPerformer(errors={"staff": [NoSuchPerformer.default_message]})
    booking = draft(
        offer=offer, price=price, request=request, place=place, starts_at=check.starts_at, ends_at=check.ends_at,
        customer=customer, at=at, made_by=made_by,
    )  # fmt: skip
    crews = crews_for(check, offer, staff_id=request.staff_id, at=at)
    instead = partial(next_free_times, offer, request.staff_id, job, check, at)
    with refusing_debtors():
        made = _make(booking, check, crews, purchase=purchase, instead=instead, at=at)
    if made is None:
        raise SlotTaken(data=instead())
    return made


# Without a savepoint of its own: whatever it writes before it raises has to go with the caller's transaction.
@transaction.atomic(savepoint=False)
def _make(
    booking: Booking, check: Check, crews: Sequence[Crew], *, purchase: Purchase | None, instead: Instead, at: datetime
) -> Booking | None:
    """The booking, written, with a crew whose time could be taken; None where there is none."""
    crew, replaced = _take_time(booking, check, crews, at, instead)
    if crew is None:
        return None
    booking.staff_member = StaffMember(
        pk=crew[0], display_name=check.calendar.names[str(crew[0])], business_id=booking.business_id
    )
    booking.crew = list(crew) if len(crew) > 1 else []
    spend_use(booking, purchase)
    booking.save(force_insert=True)
    return announce(booking, replaced=replaced, at=at)


def ensure_start(start: datetime, at: datetime) -> None:
    """Raises: StartInPast, StartTooFar."""
    if start <= at:
        raise StartInPast(errors={"start": [StartInPast.default_message]})
    if start > at + FARTHEST:
        raise StartTooFar(errors={"start": [StartTooFar.default_message]})


def job_of(offer: Offer, request: BookingRequest | QuoteRequest, place: Place, customer: User) -> Job:
    """What availability is asked about."""
    return Job(
        service_id=offer.service.pk,
        staff_ids=None if request.staff_id is None else [request.staff_id],
        extra_ids=[extra.id for extra in offer.extras],
        place=place if offer.service.places else None,
        for_user=customer.pk,
    )


def _take_time(
    booking: Booking, check: Check, crews: Sequence[Crew], at: datetime, instead: Instead
) -> tuple[Crew | None, list[UUID]]:
    """The first crew whose time could be taken, if any; what is overdue or the customer's own makes room first.

    Answers also which of the customer's own did.
    Raises: SlotTaken where it has made room for nothing, so that it comes back.
    """
    replaced: list[UUID] = []
    for crew in crews:
        replaced += _make_room(booking, check, crew, at)
        taken: list[UUID] = []
        try:
            for person in crew:
                hold_time(booking, person, check.footprint, at=at, expires_at=booking.expires_at)
                taken.append(person)
        except SlotTaken:
            if taken:
                availability.release_time(booking_id=booking.pk, at=at)
            continue
        return crew, replaced
    if replaced:
        raise SlotTaken(data=instead())
    return None, []


def _make_room(booking: Booking, check: Check, crew: Crew, at: datetime) -> list[UUID]:
    """The customer's own unpaid bookings that were replaced."""
    own, overdue = [], []
    for holder, expires_at, job in _holds_in_the_way(booking, check, crew):
        if expires_at <= at.timestamp():
            overdue.append(UUID(job))
        elif holder == str(booking.customer_id):
            own.append(UUID(job))
    if overdue:
        expire_bookings(overdue, at=at)
    return replace_unpaid(own, customer_id=booking.customer_id, at=at) if own else []


def _holds_in_the_way(booking: Booking, check: Check, crew: Crew) -> Iterator[tuple[Any, int, str]]:
    """Unpaid holds of these people that share an instant with the booking, as the calendar that was read shows them."""
    since, until = _span(booking.starts_at - check.footprint.before, booking.ends_at + check.footprint.after)
    for person in check.calendar.people:
        if UUID(str(person.key)) not in crew:
            continue
        for block in person.blocks:
            is_hold = block.expires_at is not None and block.job is not None
            if is_hold and block.start - block.before < until and block.end + block.after > since:
                yield block.holder, block.expires_at, str(block.job)


def _span(since: datetime, until: datetime) -> tuple[float, float]:
    return since.timestamp(), until.timestamp()
