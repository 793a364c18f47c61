"""Who comes instead: the best free person is offered, their time held; an offer is closed in one way."""

from datetime import datetime
from uuid import UUID

from apps.availability.errors import NoSuchExtra, NoSuchService, PlaceNotServed, SlotTaken
from apps.availability.states import BlockKind
from apps.bookings.models import Booking, Decline, ReplacementOffer
from apps.bookings.operations.hold_time import footprint_at, hold_time
from apps.bookings.queries.recovery import agreed_extras, people_tried
from apps.bookings.states import OfferOutcome
from apps.catalog.models import StaffMember
from apps.core.conf import timer
from apps.maestro import queries as maestro


def offer_replacement(booking: Booking, decline: Decline, *, at: datetime) -> StaffMember | None:
    """The best free person who was never asked for this booking is offered, and their time is the customer's to take.

    None where there is nobody. Where somebody was faster with one person, the next is tried: the database keeps time.
    """
    for person in _candidates(booking, at=at):
        if _is_held(booking, person.pk, at=at):
            ReplacementOffer.objects.create(
                booking=booking, decline=decline, staff_member=person, offered_at=at, alert_at=alert_moment(booking, at)
            )
            booking.offer(replacement_id=person.pk, at=at)
            booking.keep("replacement")
            return person
    return None


def alert_moment(booking: Booking, at: datetime) -> datetime:
    """When the owner hears that an offer made now was not answered: after two hours, or half of the time that is left."""
    return at + min(timer("DECLINE_OWNER_ALERT"), (booking.starts_at - at) / 2)


def close_offer(booking: Booking, outcome: OfferOutcome, *, at: datetime) -> None:
    """The booking's open offer, if there is one, has come to this."""
    ReplacementOffer.objects.open().filter(booking=booking).update(outcome=outcome, closed_at=at, updated_at=at)


def _candidates(booking: Booking, *, at: datetime) -> list[StaffMember]:
    try:
        matches = maestro.match_staff(
            business=booking.business,
            service=booking.service,
            start=booking.starts_at,
            at=at,
            extra_ids=agreed_extras(booking),
            place=booking.place if booking.service.places else None,
            for_user=booking.customer_id,
            ignored_booking=booking.pk,
            is_agreed=True,
        )
    except (NoSuchService, PlaceNotServed, NoSuchExtra):  # no longer offered as it was booked
        return []
    # Read after the calendar: whoever became free there by a decline is known here as somebody who declined
    tried = people_tried(booking)
    return [match.staff for match in matches if match.staff.pk not in tried]


def _is_held(booking: Booking, staff_id: UUID, *, at: datetime) -> bool:
    footprint = footprint_at(booking)
    try:
        hold_time(booking, staff_id, footprint, at=at, kind=BlockKind.REPLACEMENT_HOLD)
    except SlotTaken:
        return False
    return True
