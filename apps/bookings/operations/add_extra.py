"""A running job grows: what is added to it, at which price, and what its customer refuses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import extras, machine
from apps.bookings.action import Action, Actor
from apps.bookings.errors import ExtraUnknown, NoSuchExtra, NoSuchService
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.notices import extras as notices
from apps.bookings.operations.lock import allow, lock_booking, lock_to_act, note_act
from apps.bookings.operations.types import ExtraToAdd
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.states import ExtraKind, ExtraState
from apps.catalog import operations as catalog
from apps.catalog.models import Extra, Service

K = ExtraKind


@transaction.atomic
def add_extras(
    *, booking_id: UUID, items: Sequence[ExtraToAdd], by: Any, at: datetime, reason: str = ""
) -> list[AddedExtra]:
    """The running job costs so much more from now on, and its customer hears of it; products are off the shelf.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState; ExtraUnknown, NoSuchService, ProductNotFound,
    OutOfStock.
    """
    booking, actor = lock_to_act(machine.ADD_EXTRA, booking_id=booking_id, by=by, at=at, reason=reason)
    # Products in one order for everybody: their rows are locked by taking from them.
    ordered = sorted(items, key=lambda item: (item.kind, str(item.id)))
    added = [_add(booking, item, by=by, actor=actor, at=at) for item in ordered]
    booking.refresh_from_db(fields=["extras_minor"])
    note_act(machine.ADD_EXTRA, booking, by=by, actor=actor, at=at, reason=reason)
    notices.tell_added(booking, added, at=at)
    return added


@transaction.atomic
def refuse_extra(*, booking_id: UUID, extra_id: UUID, by: Any, at: datetime) -> AddedExtra:
    """The customer does not take it: it is not charged, and a product is on the shelf again.

    Raises: NoSuchBooking, NoSuchExtra, NotYours, BookingWrongState once the work is complete.
    """
    booking, extra, _ = lock_extra(extras.REFUSE, booking_id=booking_id, extra_id=extra_id, by=by, at=at)
    extra.state, extra.refused_at = ExtraState.REFUSED, at
    extra.save(update_fields=["state", "refused_at"])
    if extra.product_id is not None:
        catalog.put_back_stock(product_id=extra.product_id, quantity=extra.quantity, at=at)
    booking.refresh_from_db(fields=["extras_minor"])
    notices.tell_refused(booking, extra, at=at)
    return extra


def lock_extra(
    action: Action, *, booking_id: UUID, extra_id: UUID, by: Any, at: datetime, reason: str = ""
) -> tuple[Booking, AddedExtra, Actor]:
    """The extra with its booking, locked, and the person as whoever the action allows.

    Raises: NoSuchBooking, NoSuchExtra, NotYours, ReasonMissing of ops, and why it cannot be done now.
    """
    viewer = viewer_of(by)
    booking = lock_booking(booking_id)
    actor = allow(action, booking, viewer, reason=reason)
    extra: AddedExtra | None = AddedExtra.objects.locked().filter(pk=extra_id, booking_id=booking_id).first()
    if extra is None:
        raise NoSuchExtra
    extra.booking = booking
    refusal = action.refusal(extra, actor.party, at)
    if refusal is not None:
        raise refusal
    return booking, extra, actor


def _add(booking: Booking, item: ExtraToAdd, *, by: Any, actor: Actor, at: datetime) -> AddedExtra:
    thing, name, unit_minor = _found(booking, item, at)
    made: AddedExtra = AddedExtra.objects.create(
        booking=booking,
        customer_id=booking.customer_id,
        kind=item.kind,
        **{item.kind.lower(): thing},
        name=name,
        quantity=item.quantity,
        unit_minor=unit_minor,
        amount_minor=unit_minor * item.quantity,
        currency=booking.currency,
        added_by=by,
        added_as=actor.party,
        added_at=at,
    )
    return made


def _found(booking: Booking, item: ExtraToAdd, at: datetime) -> tuple[Any, str, int]:
    """The thing itself, what it is called, and what one of it costs now."""
    if item.kind == K.PRODUCT:
        product = catalog.take_stock(product_id=item.id, business_id=booking.business_id, quantity=item.quantity, at=at)
        return product, product.title, product.price_minor
    if item.kind == K.SERVICE:
        service = Service.objects.filter(pk=item.id, business_id=booking.business_id, is_active=True).first()
        if service is None:
            raise NoSuchService
        return service, service.title, service.price_minor
    extra = Extra.objects.filter(pk=item.id, service_id=booking.service_id, is_active=True).first()
    if extra is None:
        raise ExtraUnknown(errors={"items": [f"{item.id}: {ExtraUnknown.default_message}"]})
    return extra, extra.name, extra.price_minor
