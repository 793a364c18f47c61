from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.bookings import extras, machine
from apps.bookings.models import Booking
from apps.bookings.operations.lock import ITEM_TYPE, allow, lock_booking
from apps.bookings.queries.viewer import find_visible, viewer_of
from apps.disputes import operations as disputes
from apps.disputes.models import Dispute
from apps.disputes.operations import Objection, Subject
from apps.ledger.models import EscrowHold
from apps.packages.queries import USE


@transaction.atomic
def dispute_booking(*, booking_id: UUID, objection: Objection, by: Any, at: datetime) -> Dispute:
    """All money of the booking that is clearing is frozen together, that of a package's use and of paid extras too.

    Also what is kept from a late cancellation or a no-show. The holds decide, not the booking's row, which is written
    after them. Raises: NoSuchBooking, NotYours, BookingWrongState, AlreadyDisputed, DisputeTooLate, AskedTooMuch.
    """
    viewer = viewer_of(by)
    booking = find_visible(viewer, booking_id)
    actor = allow(machine.DISPUTE, booking, viewer)
    hold_ids = _lock_all_money(booking)
    booking = lock_booking(booking_id)
    refusal = machine.DISPUTE.refusal(booking, actor.party, at)
    if refusal is not None:
        raise refusal
    subject = Subject(
        unit_type=ITEM_TYPE,
        unit_id=booking.pk,
        reference=booking.reference,
        title=f"{booking.service.title} at {booking.business.name}"[:200],
        business_id=booking.business_id,
        customer_id=booking.customer_id,
    )
    return disputes.open_dispute(subject=subject, hold_ids=hold_ids, objection=objection, by=by, at=at)


def _lock_all_money(booking: Booking) -> list[UUID]:
    """The holds of the booking, of the use of a package that pays for it, and of what was added to it, locked."""
    mine = Q(unit_type=ITEM_TYPE, unit_id=booking.pk)
    mine |= Q(unit_type=extras.ITEM_TYPE, unit_id__in=booking.added_extras.values("pk"))
    if booking.has_use:
        mine |= Q(unit_type=USE, unit_id=booking.package_use_id)
    return [hold.pk for hold in EscrowHold.objects.filter(mine).locked()]
