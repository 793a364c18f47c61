"""Seats of a session are booked: counted, not taken from anybody's time, which the session itself has."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.availability import operations as availability
from apps.availability.errors import PartOfCourse, SlotClosed, SlotFull
from apps.availability.models import CapacitySlot
from apps.bookings.action import Actor
from apps.bookings.errors import SeatedAlready, SlotUnknown
from apps.bookings.models import Booking, Participant
from apps.bookings.operations.debts import refusing_debtors
from apps.bookings.operations.draft import announce, draft, ensure_expected
from apps.bookings.operations.end_many import expire_bookings, replace_unpaid, tell_replaced
from apps.bookings.operations.seats import closing_of, offer_free_seats
from apps.bookings.operations.types import SeatRequest
from apps.bookings.operations.use import spend_use
from apps.bookings.price import Price
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer, new_reference, with_package
from apps.bookings.queries.sessions import next_sessions
from apps.bookings.states import SEATLESS

IN_THE_WAY = 100


@transaction.atomic
def book_seats(*, request: SeatRequest, customer: User, at: datetime, made_by: Actor | None = None) -> Booking:
    """The seats are the customer's, who has half an hour to pay; a free booking asks for nothing.

    The customer's own unpaid booking of the same slot is replaced. Raises: NoSuchService, ExtraUnknown, AddressMissing,
    NotBookable, PriceChanged, PackageUnknown, PackageExpired, NoUseLeft, ExtrasUnpaid, NoSuchSlot, SlotUnknown;
    PartOfCourse; SlotClosed; SlotFull, whose data names sessions with seats.
    """
    slot = availability.lock_slot(request.slot_id)
    ensure_booked_alone(slot)
    make_room(slot, customer_id=customer.pk, at=at)
    return take(slot, request=request, customer=customer, at=at, made_by=made_by)


def take(
    slot: CapacitySlot, *, request: SeatRequest, customer: User, at: datetime, made_by: Actor | None = None
) -> Booking:
    """The booking with its seats of the locked slot, written. Raises as ``book_seats``."""
    offer = load_offer(request.service_id, extra_ids=request.extra_ids)
    ensure_bookable(offer, at)
    ensure_fits(slot, offer)
    offer, purchase = with_package(offer, purchase_id=request.package_id, customer_id=customer.pk)
    price = offer.price_of_seats(request.seats)
    ensure_expected(price, request)
    ensure_seats(slot, seats=request.seats, at=at)
    booking = draft_seats(slot, offer=offer, price=price, request=request, customer=customer, at=at, made_by=made_by)
    spend_use(booking, purchase)
    write_seats(booking, request.participants)
    return announce(booking, at=at)


def draft_seats(
    slot: CapacitySlot,
    *,
    offer: Offer,
    price: Price,
    request: SeatRequest,
    customer: User,
    at: datetime,
    made_by: Actor | None = None,
) -> Booking:
    """The booking of seats of the locked slot, which has them, before it is written. Raises: AddressMissing."""
    place = offer.place(address=request.address, is_virtual=request.is_virtual)
    booking = draft(
        offer=offer, price=price, request=request, place=place, starts_at=slot.starts_at, ends_at=slot.ends_at,
        customer=customer, at=at, made_by=made_by,
    )  # fmt: skip
    booking.reference = new_reference()
    booking.slot, booking.seats, booking.staff_member = slot, request.seats, slot.staff_member
    booking.sop_checklist = []  # a checklist is of one job; a session has many customers
    return booking


def write_seats(booking: Booking, participants: Sequence[str]) -> None:
    """The booking and who sits on its seats are written. Raises: ExtrasUnpaid."""
    with refusing_debtors():
        booking.save(force_insert=True)
    names = participants or [booking.customer.name]
    Participant.objects.bulk_create(
        Participant(booking=booking, position=number, name=name) for number, name in enumerate(names, start=1)
    )


def make_room(slot: CapacitySlot, *, customer_id: UUID | None, at: datetime) -> None:
    """What is overdue has no seat of the locked slot, nor has the customer's own unpaid booking.

    A seat that nobody paid for goes to those who wait first. Rows that somebody else holds are let be: whoever locks a
    booking before its slot is not waited for.
    """
    own_seats = Q(customer_id=customer_id, parent=None)  # a session of a course makes room with the whole course
    unpaid = Booking.objects.unpaid().filter(Q(expires_at__lte=at) | own_seats, slot=slot)
    found = list(unpaid.order_by("pk").claimed(IN_THE_WAY))
    overdue = [booking.pk for booking in found if booking.expires_at <= at]
    if overdue:
        expire_bookings(overdue, at=at)
        slot.refresh_from_db(fields=["booked_count"])
        offer_free_seats(slot, at=at)
    own = [booking.pk for booking in found if booking.expires_at > at]
    if own and customer_id is not None:
        tell_replaced(replace_unpaid(own, customer_id=customer_id, at=at))
        slot.refresh_from_db(fields=["booked_count"])


def ensure_booked_alone(slot: CapacitySlot) -> None:
    """Raises: PartOfCourse, whose data names the course, where no single seats are given away."""
    course = slot.course
    if course is not None and not slot.is_booked_alone:
        raise PartOfCourse(data={"course": {"id": str(course.pk), "title": course.title}})


def ensure_fits(slot: CapacitySlot, offer: Offer) -> None:
    """Raises: SlotUnknown unless the service is done in the slot."""
    if not is_done_in(slot, offer.service.pk, offer.service.business_id):
        raise SlotUnknown(errors={"slot": [SlotUnknown.default_message]})


def is_done_in(slot: CapacitySlot, service_id: UUID, business_id: UUID) -> bool:
    """Whether the slot is of this service, or of any of the business."""
    return slot.business_id == business_id and slot.service_id in {None, service_id}


def ensure_seats(slot: CapacitySlot, *, seats: int, at: datetime) -> None:
    """Raises: SlotClosed from the notice on, or when it is closed or begun; SlotFull."""
    if not slot.is_open or at >= closing_of(slot):
        raise SlotClosed(data={"next_free": next_sessions(slot, seats=seats, at=at)})
    if slot.free_seats < seats:
        raise SlotFull(data={"free": slot.free_seats, "next_free": next_sessions(slot, seats=seats, at=at)})


def move_seats(booking: Booking, from_id: UUID, slot_id: UUID, *, at: datetime) -> CapacitySlot:
    """The locked booking's seats are of the other slot, once it is written; both slots are locked.

    Raises: SlotUnknown, also for its own slot; SeatedAlready; PartOfCourse; SlotClosed; SlotFull.
    """
    slots = {key: availability.lock_slot(key) for key in sorted({from_id, slot_id})}
    slot = slots[slot_id]
    if slot_id == from_id or not is_done_in(slot, booking.service_id, booking.business_id):
        raise SlotUnknown(errors={"slot": [SlotUnknown.default_message]})
    if booking.parent is None or booking.parent.course_id != slot.course_id:
        ensure_booked_alone(slot)
    elif booking.parent.parts.filter(slot=slot).exclude(status__in=SEATLESS).exists():
        raise SeatedAlready
    make_room(slot, customer_id=None, at=at)
    ensure_seats(slot, seats=booking.seats, at=at)
    booking.slot, booking.staff_member = slot, slot.staff_member
    return slot
