"""A whole course is booked: seats in every session of it, or in none."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability import operations as availability
from apps.availability.errors import SlotFull
from apps.availability.models import CapacitySlot, Course
from apps.bookings import courses
from apps.bookings.errors import CourseBegins
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations.book_seats import draft_seats, make_room, write_seats
from apps.bookings.operations.draft import ensure_expected, make_known
from apps.bookings.operations.end_many import replace_unpaid, tell_replaced
from apps.bookings.operations.seats import closing_of, offer_free_seats
from apps.bookings.operations.tell_course import TELL_SETTLED
from apps.bookings.operations.types import CourseRequest, SeatRequest
from apps.bookings.price import NO_PREMIUM, Price, price_of
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer, new_reference
from apps.core import clock
from apps.core.ids import new_id
from apps.core.outbox import after_commit

TELL_CREATED = "apps.bookings.tasks.tell_course_created"


@transaction.atomic
def book_course(*, request: CourseRequest, customer: User, at: datetime) -> CourseBooking:
    """Seats in every session of the course are the customer's, who has half an hour to pay for all of them at once.

    The customer's own unpaid booking of the same course is replaced. Raises: NoSuchCourse, NoSuchService, NotBookable,
    PriceChanged, ExtrasUnpaid; CourseBegins; SlotFull, whose data names the session.
    """
    course = availability.lock_course(request.course_id)
    offer = load_offer(course.service_id)
    ensure_bookable(offer, at)
    price = price_of_course(course, offer, request.seats)
    ensure_expected(price, request)
    sessions = _take_hold(course, customer, at=at)
    _ensure_open(course, sessions, at=at)
    _ensure_seats(sessions, request.seats)
    whole = CourseBooking.objects.create(
        reference=new_reference(), customer=customer, business_id=course.business_id, course=course, title=course.title,
        seats=request.seats, currency=price.currency, total_minor=price.total_minor, created_at=at,
    )  # fmt: skip
    for part in _drafts(whole, sessions, offer, price, request, customer=customer, at=at):
        write_seats(part, request.participants)
        make_known(part, at=at)
    after_commit(TELL_CREATED, course_booking_id=str(whole.pk))
    if price.total_minor == 0:
        after_commit(TELL_SETTLED, course_booking_id=str(whole.pk))
    return whole


def price_of_course(course: Course, offer: Offer, seats: int) -> Price:
    """What so many seats in all sessions cost. Nobody chooses a host, so there is no premium."""
    return price_of(
        title=course.title, base_minor=course.price_minor, currency=offer.service.business.currency,
        multiplier=NO_PREMIUM, extras=(), seats=seats,
    )  # fmt: skip


def _take_hold(course: Course, customer: User, *, at: datetime) -> list[CapacitySlot]:
    """The sessions in order, locked by their keys, without what is overdue or the customer's own unpaid booking.

    The course is locked, so that nobody else books it meanwhile; bookings are locked before slots.
    """
    own = list(Booking.objects.unpaid().filter(parent__course=course, customer=customer).locked())
    keys: set[UUID] = set(course.sessions.values_list("pk", flat=True))
    slots = {key: availability.lock_slot(key) for key in sorted(keys | {part.slot_id for part in own if part.slot_id})}
    if own:
        tell_replaced(replace_unpaid([part.pk for part in own], customer_id=customer.pk, at=at))
    for key, slot in slots.items():
        slot.refresh_from_db(fields=["booked_count"])
        if key not in keys:  # a session that was moved elsewhere
            offer_free_seats(slot, at=at)
            continue
        make_room(slot, customer_id=None, at=at)
    return sorted((slots[key] for key in keys), key=lambda slot: (slot.starts_at, slot.pk))


def _ensure_open(course: Course, sessions: Sequence[CapacitySlot], *, at: datetime) -> None:
    """Raises: CourseBegins from the notice before the first session on, and where it is closed or in part called off."""
    are_open = all(slot.is_open for slot in sessions)
    if not sessions or not course.is_available or not are_open or at >= min(closing_of(slot) for slot in sessions):
        raise CourseBegins


def _ensure_seats(sessions: Sequence[CapacitySlot], seats: int) -> None:
    """Raises: SlotFull, whose data names the first session without as many seats."""
    full = next((slot for slot in sessions if slot.free_seats < seats), None)
    if full is not None:
        start = clock.iso(full.starts_at)
        data = {"slot": str(full.pk), "start": start, "free": full.free_seats}
        raise SlotFull("A session of the course has not as many free seats.", data=data)


def _drafts(
    whole: CourseBooking,
    sessions: Collection[CapacitySlot],
    offer: Offer,
    price: Price,
    request: CourseRequest,
    *,
    customer: User,
    at: datetime,
) -> list[Booking]:
    """The booking of each session, before it is written; they run out together.

    They are paid for in one payment, so the first keeps for all with what the customer wants to pay.
    """
    prices = courses.prices_of(price, whole.title, len(sessions))
    parts: list[Booking] = []
    for slot, share in zip(sessions, prices, strict=True):
        wanted = SeatRequest(
            service_id=whole.course.service_id, slot_id=slot.pk, participants=request.participants,
            special_requests=request.special_requests, pay_with=None if parts else request.pay_with,
        )  # fmt: skip
        part = draft_seats(slot, offer=offer, price=share, request=wanted, customer=customer, at=at)
        part.pk, part.parent = new_id(), whole
        parts.append(part)
    ends = [part.expires_at for part in parts if part.expires_at is not None]
    for part in parts:
        part.expires_at = min(ends, default=None)
    return parts
