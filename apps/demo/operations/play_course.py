"""A course of four evenings at one business, booked and paid for by a customer."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q

from apps.accounts.models import User
from apps.availability import operations as availability
from apps.availability.operations import CoursePlan, SessionPlan
from apps.bookings import operations as bookings
from apps.bookings.models import Booking
from apps.bookings.operations import CourseRequest
from apps.catalog.models import Business, Service
from apps.catalog.states import ServicePlace
from apps.core import clock
from apps.core.money import Money
from apps.demo.operations.play_history import pay
from apps.payments.operations import ItemToPay

EVENINGS, SEATS = 4, 8
BEGINS_AFTER = timedelta(days=6)
EVENING = time(18, 30)
# What is rather taught than done
TAUGHT = ("pottery", "yoga", "fitness", "dance", "cooking")


def play_course(*, businesses: Sequence[Business], customer: User, at: datetime) -> None:
    """Four evenings for the price of a little more than three, with two seats taken."""
    service = _taught(businesses)
    business = service.business
    with clock.frozen(at):
        plan = SessionPlan(
            on=(at + BEGINS_AFTER).date(), starts=EVENING, seats=SEATS, rule=f"FREQ=WEEKLY;COUNT={EVENINGS}"
        )
        evenings = availability.schedule_sessions(service_id=service.pk, plan=plan, by=business.owner, at=at)
        course = availability.create_course(
            business_id=business.pk,
            plan=CoursePlan(
                service_id=service.pk,
                title=f"{service.title}: four evenings",
                price=Money(service.price_minor * (EVENINGS * 10 - 8) // 10, business.currency),
                slot_ids=[evening.pk for evening in evenings],
            ),
            by=business.owner,
            at=at,
        )
        request = CourseRequest(course_id=course.pk, participants=[customer.name, "A friend"])
        whole = bookings.book_course(request=request, customer=customer, at=at)
        parts = Booking.objects.filter(parent=whole).order_by("pk").values_list("pk", flat=True)
        pay([ItemToPay(item_type="BOOKING", item_id=key) for key in parts], customer, at=at)


def _taught(businesses: Sequence[Business]) -> Service:
    """A service that may be taught, at the first business that has one; else any that is done at a business."""
    offered = Service.objects.filter(business__in=businesses).select_related("business__owner")
    there = offered.filter(Q(places=[]) | Q(places__contains=[ServicePlace.AT_BUSINESS]))
    ordered = there.order_by("business__name", "title")
    found: Service = ordered.filter(category__slug__in=TAUGHT).first() or ordered[0]
    return found
