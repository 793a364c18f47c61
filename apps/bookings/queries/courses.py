"""Bookings of courses: which the person may see, and what the person may do with one."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apps.bookings import machine, stakes
from apps.bookings.action import Action, Actor
from apps.bookings.errors import CourseBookingWrongState, NoSuchCourseBooking
from apps.bookings.models import Booking, CourseBooking, Participant
from apps.bookings.queries.viewer import Viewer
from apps.core.api.actions import AvailableAction
from apps.core.money import Money


def courses_visible_to(viewer: Viewer) -> QuerySet[CourseBooking]:
    """Those of the person, of their business, or of which they host a session; the marketplace's people see all."""
    bookings: QuerySet[CourseBooking] = CourseBooking.objects.all()
    if viewer.is_ops:
        return bookings
    mine = Q(customer_id=viewer.user_id) | Q(business_id__in=viewer.desk_ids)
    if viewer.staff_ids:
        mine |= Q(Exists(Booking.objects.filter(parent=OuterRef("pk"), staff_member_id__in=viewer.staff_ids)))
    return bookings.filter(mine)


def with_parts(bookings: QuerySet[CourseBooking], *, with_participants: bool = False) -> QuerySet[CourseBooking]:
    """With the course and the people of it, and the bookings of its sessions in order; so many queries for any number."""
    parts = Booking.objects.with_people()
    if with_participants:
        seated = Prefetch("participants", queryset=Participant.objects.order_by("position"))
        parts = parts.prefetch_related(seated)
    found: QuerySet[CourseBooking] = bookings.with_parts(parts)  # type: ignore[attr-defined]  # its manager's
    return found


def find_course_booking(viewer: Viewer, course_booking_id: UUID) -> CourseBooking:
    """The booking with its parts and participants, when the person may see it. Raises: NoSuchCourseBooking."""
    visible = with_parts(courses_visible_to(viewer), with_participants=True)
    whole = visible.filter(pk=course_booking_id).first()
    if whole is None:
        raise NoSuchCourseBooking
    return whole


def course_actions(whole: CourseBooking, viewer: Viewer, at: datetime) -> list[AvailableAction]:
    """What the person may do with the whole, read off what the machine says of its sessions."""
    found = [
        _pay(whole, viewer, at),
        _answer(machine.APPROVE, whole, viewer, at),
        _answer(machine.REJECT, whole, viewer, at),
        _cancel(whole, viewer, at),
    ]
    return [action for action in found if action is not None]


def unpaid_parts(whole: CourseBooking) -> list[Booking]:
    """The sessions that wait for money, in order."""
    return [part for part in whole.parts.all() if part.status in machine.PAY.sources and stakes.is_unpaid(part)]


def _pay(whole: CourseBooking, viewer: Viewer, at: datetime) -> AvailableAction | None:
    actor, unpaid = viewer.actor_in_course(whole, machine.PAY_COURSE), unpaid_parts(whole)
    if actor is None or not unpaid:
        return None
    refusals = [machine.PAY_COURSE.refusal(part, actor.party, at) for part in unpaid]
    refusal = next((each for each in refusals if each is not None), None)
    due = Money(sum(part.total_minor for part in unpaid), whole.currency)
    return AvailableAction(
        name=machine.PAY_COURSE.name,
        method=machine.PAY_COURSE.method,
        path=machine.PAY_COURSE.path,
        enabled=refusal is None,
        reason=None if refusal is None else refusal.message,
        deadline=unpaid[0].expires_at,
        money_effect=f"{due} is held in escrow, each session's share by itself.",
    )


def _answer(action: Action, whole: CourseBooking, viewer: Viewer, at: datetime) -> AvailableAction | None:
    """Approving or rejecting the sessions that wait for the business's word."""
    actor = viewer.actor_in_course(whole, action)
    waiting = [part for part in whole.parts.all() if part.status in action.sources]
    if actor is None or not waiting:
        return None
    parts = [part for part in waiting if action.refusal(part, actor.party, at) is None]
    refusal = action.refusal(waiting[0], actor.party, at)
    deadlines = [action.deadline(part, actor.party) for part in parts]
    back = sum(map(stakes.held_minor, parts)) if action is machine.REJECT else 0
    return AvailableAction(
        name=action.name,
        method=action.method,
        path=f"/api/v1/courses/bookings/{whole.pk}/{action.path}",
        enabled=bool(parts),
        reason=None if parts or refusal is None else refusal.message,
        deadline=max((each for each in deadlines if each is not None), default=None),
        money_effect=f"{Money(back, whole.currency)} goes back to the customer." if back else None,
    )


def _cancel(whole: CourseBooking, viewer: Viewer, at: datetime) -> AvailableAction | None:
    actor = viewer.actor_in_course(whole, machine.CANCEL_COURSE)
    open_parts = [part for part in whole.parts.all() if part.status in machine.CANCEL_COURSE.sources]
    if actor is None or not open_parts:
        return None
    ending = [part for part in open_parts if machine.CANCEL_COURSE.refusal(part, actor.party, at) is None]
    deadlines = [machine.CANCEL_COURSE.deadline(part, actor.party) for part in ending]
    return AvailableAction(
        name=machine.CANCEL_COURSE.name,
        method=machine.CANCEL_COURSE.method,
        path=f"/api/v1/courses/bookings/{whole.pk}/cancel/",
        enabled=bool(ending),
        reason=None if ending else CourseBookingWrongState.default_message,
        deadline=max((each for each in deadlines if each is not None), default=None),
        money_effect=_money_on_cancel(whole, ending, actor, at),
    )


def _money_on_cancel(whole: CourseBooking, ending: list[Booking], actor: Actor, at: datetime) -> str | None:
    held = [part for part in ending if stakes.has_held_money(part)]
    if not held:
        return None
    kept = sum(stakes.kept_on_cancel(part, actor.party, at) for part in held)
    back = f"{Money(sum(map(stakes.held_minor, held)) - kept, whole.currency)} goes back to the customer"
    return f"{back}; {Money(kept, whole.currency)} is kept by the cancellation policy." if kept else f"{back}."
