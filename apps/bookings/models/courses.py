"""A booking of a course: the whole, of which every session's booking is a part."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Prefetch, Q, UniqueConstraint

from apps.bookings.courses import CourseStatus, payment_status_of, status_of
from apps.bookings.states import PaymentStatus
from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet

# A part agrees with the whole that it is of, and has a seat in a session of the course when it is made.
_OF_ITS_WHOLE = """
    IF NOT EXISTS (
        SELECT FROM bookings_coursebooking AS c JOIN availability_capacityslot AS s ON s.course_id = c.course_id
        WHERE c.id = NEW.parent_id AND s.id = NEW.slot_id AND c.customer_id = NEW.customer_id
          AND c.business_id = NEW.business_id AND c.seats = NEW.seats AND c.currency = NEW.currency) THEN
        RAISE EXCEPTION 'booking % does not fit the course booking that it is of', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_of_its_course';
    END IF;
    RETURN NEW;
"""
# At the commit every part is there.
_ADDS_UP = """
    SELECT c.id, c.total_minor, sum(b.total_minor) AS parts INTO whole
        FROM bookings_coursebooking AS c LEFT JOIN bookings_booking AS b ON b.parent_id = c.id
        WHERE c.id = {whole} GROUP BY c.id;
    IF whole.total_minor IS DISTINCT FROM whole.parts THEN
        RAISE EXCEPTION 'the sessions of course booking % cost %, the whole %', whole.id, whole.parts, whole.total_minor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_booking_adds_up';
    END IF;
    RETURN NULL;
"""

PART_TRIGGERS = [
    pgtrigger.Trigger(
        name="booking_of_its_course",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("(NEW.parent_id IS NOT NULL)"),
        func=_OF_ITS_WHOLE,
    ),
    pgtrigger.Trigger(
        name="booking_adds_up_to_its_course",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("total_minor"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition("(NEW.parent_id IS NOT NULL)"),
        declare=[("whole", "record")],
        func=_ADDS_UP.format(whole="NEW.parent_id"),
    ),
]


class CourseBookingQuerySet(BaseQuerySet):
    def with_parts(self, parts: Any) -> Self:
        """With course, business, customer and their sessions' bookings at hand: ``parts``, in the order of the sessions."""
        whole = self.select_related("course__service", "business", "customer")
        return whole.prefetch_related(Prefetch("parts", queryset=parts.order_by("starts_at", "pk")))


class CourseBooking(BaseModel):
    """Seats in every session of a course, for one customer. What was agreed is frozen; where it stands, its parts say."""

    reference = models.CharField(max_length=8)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey("availability.Course", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160, help_text="The course's when it was booked.")
    seats = models.PositiveSmallIntegerField()
    currency = CurrencyField()
    total_minor = MinorUnitsField()

    objects: Any = CourseBookingQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["reference"], name="course_booking_reference_once"),
            CheckConstraint(condition=Q(seats__gte=1), name="course_booking_has_seats"),
            CheckConstraint(condition=Q(total_minor__gte=0), name="course_booking_price_not_negative"),
        ]
        indexes = [
            Index(fields=["customer", "-id"], name="course_booking_of_customer"),
            Index(fields=["business", "-id"], name="course_booking_of_business"),
        ]
        triggers = [
            pgtrigger.Protect(name="course_booking_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="course_booking_adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("whole", "record")],
                func=_ADDS_UP.format(whole="NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def status(self) -> CourseStatus:
        """Where the whole stands, read off its parts, which are at hand."""
        return status_of([part.status for part in self.parts.all()])

    @property
    def payment_status(self) -> PaymentStatus | None:
        """Where the money of the whole is, read off its parts, which are at hand."""
        return payment_status_of([(part.status, part.payment_status) for part in self.parts.all()])
