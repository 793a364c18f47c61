"""Bookings of courses as the API shows them; their parts are at hand."""

from datetime import datetime
from typing import Any

from apps.bookings.api import present
from apps.bookings.machine import PAY_COURSE
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.queries import Viewer, course_actions, unpaid_parts
from apps.bookings.states import SEATLESS
from apps.core import clock
from apps.core.api.actions import AvailableAction
from apps.core.api.fields import money_out


def row(whole: CourseBooking, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """As a list shows it."""
    actions = course_actions(whole, viewer, at)
    return {
        **_summary(whole),
        "sessions": len(whole.parts.all()),
        "available_actions": [action.name for action in actions if action.enabled],
    }


def detail(whole: CourseBooking, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """As the detail view shows it, to this viewer; the participants of its parts are at hand too."""
    parts = list(whole.parts.all())
    with_notes = viewer.sees_business_side(whole)
    return {
        **_summary(whole),
        "refunded": money_out(sum(part.refunded_minor for part in parts), whole.currency),
        "special_requests": parts[0].special_requests,
        "sessions": [_session(part, viewer, at, with_notes=with_notes) for part in parts],
        "available_actions": [_action(action, whole) for action in course_actions(whole, viewer, at)],
    }


def public(whole: CourseBooking) -> dict[str, Any]:
    """As anybody sees it who has the reference; in the words of a booking."""
    shown = _summary(whole)
    names = {"business": shown["business"]["name"], "service": whole.title}
    return {**{name: shown[name] for name in ("reference", "status", "starts_at", "ends_at", "time_zone")}, **names}


def _summary(whole: CourseBooking) -> dict[str, Any]:
    parts = list(whole.parts.all())
    left = [part for part in parts if part.status not in SEATLESS] or parts
    payment_status, unpaid, service = whole.payment_status, unpaid_parts(whole), whole.course.service
    return {
        "id": str(whole.pk),
        "reference": whole.reference,
        "status": str(whole.status),
        "payment_status": None if payment_status is None else str(payment_status),
        "course": {"id": str(whole.course_id), "name": whole.title},
        "service": {"id": str(service.pk), "name": service.title},
        "business": {"id": str(whole.business_id), "name": whole.business.name},
        "customer": {"id": str(whole.customer_id), "name": whole.customer.name},
        "seats": whole.seats,
        "total": money_out(whole.total_minor, whole.currency),
        "starts_at": clock.iso(left[0].starts_at),
        "ends_at": clock.iso(left[-1].ends_at),
        "time_zone": parts[0].time_zone,
        "expires_at": clock.iso(unpaid[0].expires_at) if unpaid else None,
        "created_at": clock.iso(whole.created_at),
    }


def _session(part: Booking, viewer: Viewer, at: datetime, *, with_notes: bool) -> dict[str, Any]:
    return {
        **present.row(part, viewer, at),
        "refunded": money_out(part.refunded_minor, part.currency),
        "participants": [present.participant(person, with_note=with_notes) for person in part.participants.all()],
    }


def _action(action: AvailableAction, whole: CourseBooking) -> dict[str, Any]:
    """``pay`` names everything that is to be paid for in one payment."""
    items = [{"type": ITEM_TYPE, "id": str(part.pk)} for part in unpaid_parts(whole)]
    body = {"items": items} if action.name == PAY_COURSE.name else None
    return {**present.action_out(action), "body": body}
