"""What became of a booked course is told once, when the transaction that did it to its sessions has committed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.bookings.models import CourseBooking
from apps.bookings.notices import courses as notices
from apps.bookings.states import BookingStatus
from apps.core.outbox import after_commit_many

S = BookingStatus
TELL_SETTLED = "apps.bookings.tasks.tell_course_settled"


def tell_courses_later(course_booking_ids: Iterable[UUID]) -> None:
    """The two sides of each of these will hear that its money is here."""
    batch = [{"course_booking_id": str(key)} for key in sorted(set(course_booking_ids))]
    if batch:
        after_commit_many(TELL_SETTLED, batch)


def tell_course_settled(whole: CourseBooking, *, at: datetime) -> None:
    """Both sides know which sessions will take place, or the business that they wait for its word."""
    parts = list(whole.parts.all())
    if confirmed := [part for part in parts if part.status == S.CONFIRMED]:
        notices.tell_course_confirmed(whole, confirmed, at=at)
    if waiting := [part for part in parts if part.status == S.PENDING]:
        notices.tell_course_awaits_approval(whole, waiting, at=at)
