"""Taking hold of a booking to act on it: money first, then the booking; then who may, then whether it can be now."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.bookings.action import Action, Actor
from apps.bookings.errors import NoSuchBooking, NotYours, ReasonMissing
from apps.bookings.models import Booking
from apps.bookings.models.queryset import BookingQuerySet
from apps.bookings.queries.viewer import Viewer, viewer_of, visible_to
from apps.bookings.states import Party
from apps.core import audit
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.packages.queries import USE

ITEM_TYPE = "BOOKING"


def lock_money(booking_id: UUID) -> EscrowHold | None:
    """The booking's own hold that is not refunded; it and that of its use are locked, before the booking as everywhere."""
    return lock_moneys([booking_id]).get(booking_id)


def lock_moneys(booking_ids: Collection[UUID]) -> dict[UUID, EscrowHold]:
    """The own hold of each booking that has one which is not refunded; theirs and those of their uses are locked.

    Whoever acts on several bookings locks their money at once: booking by booking, two such acts that share some of
    them would take the holds of the others in different orders.
    """
    return {hold.unit_id: hold for hold in _locked(booking_ids) if hold.unit_type == ITEM_TYPE}


def lock_holds(booking_id: UUID) -> list[EscrowHold]:
    """The booking's hold and that of the use of a package which pays for it, those that are not refunded, locked."""
    return _locked([booking_id])


def _locked(booking_ids: Collection[UUID], viewer: Viewer | None = None) -> list[EscrowHold]:
    theirs = Q(unit_type=ITEM_TYPE, unit_id__in=booking_ids)
    used = Booking.all_objects.filter(pk__in=booking_ids)
    if viewer is not None:
        used = used & visible_to(viewer)
        theirs &= Q(unit_id__in=used.values("pk"))
    theirs |= Q(unit_type=USE, unit_id__in=used.values("package_use_id"))
    return [hold for hold in EscrowHold.objects.filter(theirs).locked() if hold.state != HoldState.REFUNDED]


def lock_booking(booking_id: UUID) -> Booking:
    """The booking, locked, with its people. Raises: NoSuchBooking."""
    return _lock_among(Booking.objects.all(), booking_id)


def _lock_among(bookings: BookingQuerySet, booking_id: UUID) -> Booking:
    booking: Booking | None = bookings.locked().with_people().filter(pk=booking_id).first()
    if booking is None:
        raise NoSuchBooking
    return booking


def lock_to_act(
    action: Action, *otherwise: Action, booking_id: UUID, by: Any, at: datetime, reason: str = ""
) -> tuple[Booking, Actor]:
    """The booking, locked, and the person as whoever the action allows; an action of ``otherwise`` where it stands for
    the first one in the booking's state.

    What is not theirs to see is not locked either: nobody holds up another's business by asking. Raises: NoSuchBooking
    then; NotYours; ReasonMissing of ops; and why it cannot be done now.
    """
    return _lock_to_act(viewer_of(by), action, *otherwise, booking_id=booking_id, at=at, reason=reason)


def lock_with_money(
    action: Action, *otherwise: Action, booking_id: UUID, by: Any, at: datetime, reason: str = ""
) -> tuple[Booking, Actor, EscrowHold | None]:
    """As ``lock_to_act``, with the booking's own hold that is not refunded; it and that of its use are locked before."""
    viewer = viewer_of(by)
    holds = _locked([booking_id], viewer)
    booking, actor = _lock_to_act(viewer, action, *otherwise, booking_id=booking_id, at=at, reason=reason)
    return booking, actor, next((hold for hold in holds if hold.unit_type == ITEM_TYPE), None)


def _lock_to_act(
    viewer: Viewer, action: Action, *otherwise: Action, booking_id: UUID, at: datetime, reason: str
) -> tuple[Booking, Actor]:
    booking = _lock_among(visible_to(viewer), booking_id)
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
