"""Who sits on the seats of a booking, and the trigger that counts seats up and down."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.bookings.states import SEATLESS, Attendance
from apps.core.models import BaseModel

_GONE = ", ".join(f"'{state.value}'" for state in SEATLESS)
# Whatever changes a booking's state, slot or seats changes the count of its slot in the same statement.
_COUNT = f"""
    IF TG_OP = 'UPDATE' AND OLD.slot_id IS NOT NULL AND OLD.status NOT IN ({_GONE}) THEN
        was := OLD.seats;
    END IF;
    IF NEW.slot_id IS NOT NULL AND NEW.status NOT IN ({_GONE}) THEN
        are := NEW.seats;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.slot_id IS DISTINCT FROM NEW.slot_id THEN
        PERFORM availability_count_seats(OLD.slot_id, -was);
        was := 0;
    END IF;
    PERFORM availability_count_seats(NEW.slot_id, are - was);
    RETURN NULL;
"""

SEATS_TRIGGER = pgtrigger.Trigger(
    name="booking_seats_are_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "slot_id", "seats"),
    declare=[("was", "integer := 0"), ("are", "integer := 0")],
    func=_COUNT,
)


class Participant(BaseModel):
    """Somebody who sits on a seat of a booking: whether they came, and what the host notes about it."""

    booking = models.ForeignKey(
        "bookings.Booking", on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, default=Attendance.EXPECTED)
    note = models.CharField(max_length=500, blank=True, help_text="Seen by the business alone.")
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["booking", "position"], name="participant_in_order"),
            CheckConstraint(condition=Q(attendance__in=Attendance.values), name="participant_attendance_known"),
            CheckConstraint(
                condition=Q(attendance=Attendance.EXPECTED) | Q(marked_at__isnull=False, marked_by__isnull=False),
                name="participant_marked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"participant {self.position}"
