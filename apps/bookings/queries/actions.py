"""``available_actions`` of a booking, read off the machine that will decide about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.availability.queries import locked_until
from apps.bookings import extras, machine
from apps.bookings.action import Action, Actor
from apps.bookings.errors import PersonBusy
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.queries.viewer import Viewer
from apps.core.api.actions import AvailableAction
from apps.core.errors import DomainError, WrongState


class Busy:
    """Whether people have a job in progress, asked once for each of them."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._known: dict[UUID, bool] = {}

    def __call__(self, booking: Booking) -> bool:
        """Whether any of the booking's people is kept by another job."""
        return any(self._is_kept(person) for person in booking.performer_ids)

    def _is_kept(self, person: UUID) -> bool:
        if person not in self._known:
            self._known[person] = locked_until(staff_member_id=person, at=self._at) is not None
        return self._known[person]


def available_actions(
    booking: Booking, viewer: Viewer, at: datetime, *, busy: Callable[[Booking], bool] | None = None
) -> list[AvailableAction]:
    """What the person could do with the booking as it stands; where it is refused now, why.

    ``busy`` tells whether the performer is busy with another job, which takes a query; lists do without.
    """
    found = []
    for action in machine.ACTIONS:
        actor = viewer.actor(booking, action)
        if actor is None:
            continue
        refusal = action.refusal(booking, actor.party, at)
        if isinstance(refusal, WrongState):
            continue
        if refusal is None and busy is not None and action is machine.START and busy(booking):
            refusal = PersonBusy()
        found.append(_offered(action, booking, actor, at, path=_path(booking, action), refusal=refusal))
    return found


def extra_actions(added: AddedExtra, viewer: Viewer, at: datetime) -> list[AvailableAction]:
    """What the person could do about something added to a job. Its booking is at hand."""
    found = []
    for action in extras.ACTIONS:
        actor = viewer.actor(added.booking, action)
        refusal = None if actor is None else action.refusal(added, actor.party, at)
        if actor is None or isinstance(refusal, WrongState):
            continue
        path = action.path if action.path.startswith("/") else f"{_root(added.booking)}extras/{added.pk}/{action.path}"
        found.append(_offered(action, added, actor, at, path=path, refusal=refusal))
    return found


def _offered(
    action: Action, thing: Any, actor: Actor, at: datetime, *, path: str, refusal: DomainError | None
) -> AvailableAction:
    return AvailableAction(
        name=action.name,
        method=action.method,
        path=path,
        enabled=refusal is None,
        reason=None if refusal is None else refusal.message,
        deadline=action.deadline(thing, actor.party),
        money_effect=action.money(thing, actor.party, at),
    )


def _path(booking: Booking, action: Action) -> str:
    return action.path if action.path.startswith("/") else f"{_root(booking)}{action.path}"


def _root(booking: Booking) -> str:
    return f"/api/v1/bookings/{booking.pk}/"
