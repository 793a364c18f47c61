from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models

from apps.core.models import BaseModel, BaseQuerySet

# A session of a course is of the course's service at the course's business.
_OF_ITS_COURSE = """
    IF NOT EXISTS (SELECT FROM availability_course AS c WHERE c.id = NEW.course_id
                   AND c.business_id = NEW.business_id AND c.service_id = NEW.service_id) THEN
        RAISE EXCEPTION 'slot % is in a course of another service or business', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'slot_of_its_course';
    END IF;
    RETURN NEW;
"""


class CapacitySlotQuerySet(BaseQuerySet):
    def with_room(self) -> "CapacitySlotQuerySet":
        """Those that are open and have a seat left."""
        return self.filter(is_available=True, started_at=None, booked_count__lt=models.F("max_capacity"))

    def booked_alone(self) -> Self:
        """Those of which single seats are given away: of no course, or of one that allows it."""
        return self.filter(models.Q(course=None) | models.Q(course__allows_single=True))


class CapacitySlot(BaseModel):
    """A dated slot with seats: a group session, a workshop, or time of a business without named staff."""

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="slots")
    service = models.ForeignKey(
        "catalog.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="slots"
    )
    staff_member = models.ForeignKey(
        "catalog.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="slots"
    )
    course = models.ForeignKey(
        "availability.Course", null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions",
        db_index=False, help_text="The course of which it is a session.",
    )  # fmt: skip
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    max_capacity = models.PositiveIntegerField()
    booked_count = models.PositiveIntegerField(default=0)
    is_available = models.BooleanField(default=True, help_text="Off closes the slot without deleting it.")

    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects: Any = CapacitySlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="slot_in_order"),
            models.CheckConstraint(
                condition=models.Q(booked_count__lte=models.F("max_capacity")), name="slot_not_overbooked"
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at=None)
                | models.Q(started_at__isnull=False, completed_at__gte=models.F("started_at")),
                name="slot_completed_after_its_start",
            ),
            models.UniqueConstraint(
                fields=["staff_member"],
                condition=models.Q(started_at__isnull=False, completed_at=None),
                name="slot_one_session_in_progress",
            ),
            models.UniqueConstraint(
                fields=["business", "starts_at", "service", "staff_member"],
                nulls_distinct=False,
                name="slot_once",
            ),
        ]
        indexes = [
            models.Index(fields=["service", "starts_at"], name="slot_of_service"),
            models.Index(
                fields=["course", "starts_at"], condition=models.Q(course__isnull=False), name="slot_of_course"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="slot_of_its_course",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("course_id", "service_id", "business_id"),
                condition=pgtrigger.Condition("(NEW.course_id IS NOT NULL)"),
                func=_OF_ITS_COURSE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business}, {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_open(self) -> bool:
        """Whether seats of it are given away at all."""
        return self.is_available and self.started_at is None

    @property
    def is_booked_alone(self) -> bool:
        """Whether single seats of it are given away. Its course is at hand."""
        return self.course is None or self.course.allows_single

    @property
    def only_in_course(self) -> UUID | None:
        """The course that has to be booked for a seat of it, if it is not booked alone."""
        return None if self.is_booked_alone else self.course_id

    @property
    def free_seats(self) -> int:
        """How many more may be booked."""
        return self.max_capacity - self.booked_count if self.is_open else 0
