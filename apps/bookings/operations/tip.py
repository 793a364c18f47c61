"""A tip for whoever did the work: offered by the customer, paid like everything else, and whole in the performer's wallet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine
from apps.bookings.errors import NobodyToTip, TipUnclear
from apps.bookings.models import Booking, Tip
from apps.bookings.notices import tips as notices
from apps.bookings.operations.lock import allow
from apps.bookings.queries.viewer import find_visible, viewer_of
from apps.bookings.states import TipState
from apps.catalog.models import StaffMember
from apps.core.money import Money
from apps.payments.errors import AlreadyPaid, ItemNotFound
from apps.payments.payables import PayableQuote
from apps.payments.states import Destination

ITEM_TYPE = "TIP"


@transaction.atomic
def offer_tip(*, booking_id: UUID, amount: Money, by: Any, at: datetime, staff_id: UUID | None = None) -> Tip:
    """There is a tip to be paid, for the one who did the work or, of several, for the one who is named.

    The work is complete, which no later change undoes, so nothing is locked. Raises: NoSuchBooking, NotYours,
    BookingWrongState, NobodyToTip, TipUnclear.
    """
    viewer = viewer_of(by)
    booking = find_visible(viewer, booking_id)
    actor = allow(machine.TIP, booking, viewer)
    refusal = machine.TIP.refusal(booking, actor.party, at)
    if refusal is not None:
        raise refusal
    if amount.currency != booking.currency or amount.amount_minor <= 0:
        raise TipUnclear(errors={"amount": [f"Name an amount above nothing, in {booking.currency}."]})
    staff = _performer(booking, staff_id)
    if staff.user_id == booking.customer_id:
        raise NobodyToTip
    made: Tip = Tip.objects.create(
        booking=booking, customer_id=booking.customer_id, staff_member=staff, performer_id=staff.user_id,
        amount_minor=amount.amount_minor, currency=amount.currency, created_at=at,
    )  # fmt: skip
    return made


def _performer(booking: Booking, staff_id: UUID | None) -> StaffMember:
    """Raises: TipUnclear."""
    people = booking.performer_ids
    if staff_id is None and len(people) > 1:
        raise TipUnclear(errors={"staff": ["Several people did this work: say for whom it is."]})
    wanted = staff_id or people[0]
    if wanted not in people:
        raise TipUnclear(errors={"staff": ["This person did not do this work."]})
    staff: StaffMember = StaffMember.all_objects.get(pk=wanted)
    return staff


def quote_tip(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has promised; no part of it is the business's or the platform's.

    Raises: ItemNotFound, AlreadyPaid.
    """
    tip = (
        Tip.objects.locked()
        .select_related("booking__business", "staff_member")
        .filter(pk=item_id, customer_id=payer.pk)
        .first()
    )
    if tip is None:
        raise ItemNotFound
    if tip.state == TipState.PAID:
        raise AlreadyPaid
    staff = tip.staff_member
    return PayableQuote(
        amount_minor=tip.amount_minor,
        currency=tip.currency,
        kind=ITEM_TYPE,
        description=f"Tip for {staff.display_name}, {tip.booking.business.name}, {tip.booking.reference}"[:200],
        business_id=None,
        destination=Destination.PERFORMER,
        performer_id=tip.performer_id,
        performer_has_left=staff.is_deleted or not staff.is_active,
    )


@transaction.atomic
def receive_tip_money(*, tip_id: UUID, at: datetime) -> None:
    """The tip is paid, and its performer knows. Repeating it changes nothing."""
    tip: Tip = Tip.objects.locked().get(pk=tip_id)
    if tip.state == TipState.PAID:
        return
    tip.state, tip.paid_at = TipState.PAID, at
    tip.save(update_fields=["state", "paid_at"])
    tip.booking = Booking.all_objects.with_people().get(pk=tip.booking_id)
    notices.tell_tipped(tip, at=at)
