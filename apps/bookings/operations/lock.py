"""Taking hold of a booking to act on it: money first, then the booking; then who may, then whether it can be now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.bookings.errors import NoSuchBooking, NotYours, ReasonMissing
from apps.bookings.machine import Action, Actor
from apps.bookings.models import Booking
from apps.bookings.queries.viewer import Viewer, viewer_of
from apps.bookings.states import Party
from apps.core import audit
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState

ITEM_TYPE = "BOOKING"


def lock_money(booking_id: UUID) -> EscrowHold | None:
    """The booking's hold that is not refunded, locked. Whoever locks both locks this one before the booking."""
    holds = EscrowHold.objects.of_unit(ITEM_TYPE, booking_id).locked()
    return next((hold for hold in holds if hold.state != HoldState.REFUNDED), None)


def lock_booking(booking_id: UUID) -> Booking:
    """The booking, locked, with its people. Raises: NoSuchBooking."""
    booking: Booking | None = Booking.objects.locked().with_people().filter(pk=booking_id).first()
    if booking is None:
        raise NoSuchBooking
    return booking


def lock_to_act(
    action: Action, *otherwise: Action, booking_id: UUID, by: Any, at: datetime, reason: str = ""
) -> tuple[Booking, Actor]:
    """The booking, locked, and the person as whoever the action allows; an action of ``otherwise`` where it stands for
    the first one in the booking's state.

    Raises: NoSuchBooking where it is not theirs to see; NotYours; ReasonMissing of ops; and why it cannot be done now.
    """
    viewer = viewer_of(by)
    booking = lock_booking(booking_id)
    fitting = [each for each in otherwise if booking.status in each.sources and viewer.actor(booking, each)]
    action = next(iter(fitting), action)
    actor = allow(action, booking, viewer, reason=reason)
    refusal = action.refusal(booking, actor.party, at)
    if refusal is not None:
        raise refusal
    return booking, actor


def allow(action: Action, booking: Booking, viewer: Viewer, *, reason: str = "") -> Actor:
    """The person as somebody whom the action allows. Raises: NoSuchBooking, NotYours, ReasonMissing."""
    if not viewer.is_ops and not viewer.parties(booking):
        raise NoSuchBooking
    actor = viewer.actor(booking, action)
    if actor is None:
        raise NotYours
    if actor.party == Party.OPS and not reason:
        raise ReasonMissing(errors={"reason": ["Operations say why they act on a booking."]})
    return actor


def note_act(action: Action, booking: Booking, *, by: Any, actor: Actor, at: datetime, reason: str = "") -> None:
    """What the desk or operations did is in the audit trail; the two sides' own acts are in the booking's history."""
    if actor.party in {Party.DESK, Party.OPS}:
        audit.record(
            f"booking.{action.name}", target=booking, by=by, at=at, reason=reason, after={"status": booking.status}
        )
