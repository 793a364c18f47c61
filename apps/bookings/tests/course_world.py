"""Courses, for tests of bookings."""

from datetime import timedelta

from apps.availability.operations import CoursePlan, create_course
from apps.bookings import operations
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations import CourseRequest
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import START, let_through
from apps.core import clock
from apps.core.money import Money
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay

WEEK = timedelta(days=7)


def course(world, *, sessions=3, seats=4, price=10_000, host=None, start=START, **fields):
    """A course of weekly sessions of the world's service, made as the desk makes it."""
    slots = [session(world, seats=seats, start=start + number * WEEK, host=host) for number in range(sessions)]
    plan = CoursePlan(
        service_id=world.service.pk, title="Pottery", price=Money(price, world.business.currency),
        slot_ids=[slot.pk for slot in slots], **fields,
    )  # fmt: skip
    return create_course(business_id=world.business.pk, plan=plan, by=world.desk, at=clock.now())


def slots_of(made):
    return list(made.sessions.order_by("starts_at"))


def book(world, made, *names, customer=None, at=None, **more):
    """Seats in the whole course by the real operation, one for each name."""
    request = CourseRequest(course_id=made.pk, participants=names, **more)
    return operations.book_course(request=request, customer=customer or world.customer, at=at or clock.now())


def parts_of(whole):
    return list(Booking.objects.with_people().filter(parent=whole).order_by("starts_at"))


def open_payment_of(whole):
    """The customer has begun to pay for all sessions in one payment."""
    items = [ItemToPay(item_type="BOOKING", item_id=part.pk) for part in parts_of(whole)]
    return payments.initialize_payment(items=items, payer=whole.customer, at=clock.now())


def paid_course(world, made, *names, **more):
    """Booked, and paid for, web hook and all."""
    whole = book(world, made, *names, **more)
    let_through(open_payment_of(whole))
    return whole


def statuses(whole):
    return [str(part.status) for part in parts_of(whole)]


def status_of(whole):
    return str(CourseBooking.objects.get(pk=whole.pk).status)
