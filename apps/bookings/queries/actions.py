"""``available_actions`` of a booking, read off the machine that will decide about them."""

from datetime import datetime

from apps.availability.queries import locked_until
from apps.bookings import machine
from apps.bookings.errors import PersonBusy
from apps.bookings.models import Booking
from apps.bookings.queries.viewer import Viewer
from apps.core.api.actions import AvailableAction
from apps.core.errors import WrongState


def available_actions(booking: Booking, viewer: Viewer, at: datetime, *, in_full: bool = True) -> list[AvailableAction]:
    """What the person could do with the booking as it stands; where it is refused now, why.

    ``in_full`` also looks whether the performer is busy with another job, which takes a query.
    """
    found = []
    for action in machine.ACTIONS:
        actor = viewer.actor(booking, action)
        if actor is None:
            continue
        refusal = action.refusal(booking, actor.party, at)
        if isinstance(refusal, WrongState):
            continue
        if refusal is None and in_full and action is machine.START and _is_busy(booking, at):
            refusal = PersonBusy()
        found.append(
            AvailableAction(
                name=action.name,
                method=action.method,
                path=_path(booking, action),
                enabled=refusal is None,
                reason=None if refusal is None else refusal.message,
                deadline=action.deadline(booking, actor.party),
                money_effect=action.money(booking, actor.party, at),
            )
        )
    return found


def _path(booking: Booking, action: machine.Action) -> str:
    return action.path if action.path.startswith("/") else f"/api/v1/bookings/{booking.pk}/{action.path}"


def _is_busy(booking: Booking, at: datetime) -> bool:
    return any(locked_until(staff_member_id=person, at=at) is not None for person in booking.performer_ids)
