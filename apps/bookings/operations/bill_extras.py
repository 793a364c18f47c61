"""What was added to a job is to be paid: billed at completion, paid, waived, or left unpaid for too long."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import extras
from apps.bookings.errors import BusinessNotPayable, ReasonMissing
from apps.bookings.extras import ITEM_TYPE
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.notices import extras as notices
from apps.bookings.operations.add_extra import lock_extra
from apps.bookings.operations.lock import lock_booking
from apps.bookings.states import ExtraState
from apps.core import audit
from apps.core.conf import timer
from apps.ledger import operations as ledger
from apps.payments import operations as payments
from apps.payments.errors import AlreadyPaid, ItemNotFound, NotPayable
from apps.payments.operations import ItemToPay
from apps.payments.payables import PayableQuote

E = ExtraState


def bill_extras(booking: Booking, *, at: datetime) -> None:
    """The work is complete: nothing can be refused any more, and the customer is asked to pay. The booking is locked."""
    open_ones = AddedExtra.objects.filter(booking=booking, state=E.ADDED)
    open_ones.filter(amount_minor=0).update(state=E.PAID, paid_at=at, updated_at=at)
    block_at = at + timer("EXTRA_UNPAID_BLOCKS")
    if open_ones.update(state=E.DUE, due_at=at, block_at=block_at, updated_at=at):
        due = list(AddedExtra.objects.filter(booking=booking, state=E.DUE).order_by("added_at", "pk"))
        notices.tell_payment_required(booking, due, at=at)


@transaction.atomic
def waive_extra(*, booking_id: UUID, extra_id: UUID, reason: str, by: Any, at: datetime) -> AddedExtra:
    """The business does not ask for it, now or later; money that is on its way for it goes back. It is in the audit trail.

    Raises: NoSuchBooking, NoSuchExtra, NotYours, ReasonMissing, BookingWrongState where it is paid or gone.
    """
    if not reason:
        raise ReasonMissing(errors={"reason": [ReasonMissing.default_message]})
    booking, extra, actor = lock_extra(
        extras.WAIVE, booking_id=booking_id, extra_id=extra_id, by=by, at=at, reason=reason
    )
    before = extra.state
    extra.state, extra.waived_at, extra.waived_by, extra.waive_reason = E.WAIVED, at, by, reason
    extra.save(update_fields=["state", "waived_at", "waived_by", "waive_reason"])
    booking.refresh_from_db(fields=["extras_minor"])
    audit.record(
        "booking.extra_waived", target=booking, by=by, at=at, reason=reason, before={"state": before},
        after={
            "extra": str(extra.pk), "state": extra.state, "amount_minor": extra.amount_minor, "as": str(actor.party),
        },
    )  # fmt: skip
    notices.tell_waived(booking, extra, at=at)
    return extra


def quote_extra(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has to pay for something added to their job; it waits in a hold of its own.

    Raises: ItemNotFound, AlreadyPaid, NotPayable before the work is complete, and for what is not charged.
    """
    extra = (
        AddedExtra.objects.locked().select_related("booking__business").filter(pk=item_id, customer_id=payer.pk).first()
    )
    if extra is None:
        raise ItemNotFound
    if extra.state in {E.PAID, E.RETURNED}:
        raise AlreadyPaid
    if extra.state != E.DUE:
        raise NotPayable
    business = extra.booking.business
    if not business.may_be_paid:
        raise NotPayable(BusinessNotPayable.default_message)
    return PayableQuote(
        amount_minor=extra.amount_minor,
        currency=extra.currency,
        kind=ITEM_TYPE,
        description=f"{extra} at {business.name}, {extra.booking.reference}"[:200],
        business_id=business.pk,
        commission_rate_bp=business.commission_override_bp,
        plan_rate_bp=business.plan_commission_bp,
    )


@transaction.atomic
def receive_extra_money(*, extra_id: UUID, payment_id: UUID, at: datetime) -> None:
    """The extra is paid, and its own money clears as the booking's does; where it was waived meanwhile, it goes back."""
    booking_id = AddedExtra.objects.values_list("booking_id", flat=True).get(pk=extra_id)
    lock_booking(booking_id)
    extra: AddedExtra = AddedExtra.objects.locked().get(pk=extra_id)
    if extra.state == E.DUE:
        extra.state, extra.paid_at = E.PAID, at
        extra.save(update_fields=["state", "paid_at"])
        ledger.start_clearance(unit_type=ITEM_TYPE, unit_id=extra.pk, at=at)
        return
    item = ItemToPay(item_type=ITEM_TYPE, item_id=extra.pk)
    payments.request_refund(
        payment_id=payment_id, item=item, reason="The business had waived it when the money came.", at=at
    )


def note_extra_returned(*, extra_id: UUID, at: datetime) -> None:
    """All that was paid for the extra has gone back."""
    AddedExtra.objects.filter(pk=extra_id, state=E.PAID).update(state=E.RETURNED, returned_at=at, updated_at=at)


@transaction.atomic
def tell_blocked(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` extras that stayed unpaid for too long: their customers hear, once, that they cannot book."""
    due = list(AddedExtra.objects.to_tell_blocked(at).claimed(limit))
    bookings = Booking.objects.with_people().in_bulk({extra.booking_id for extra in due})
    for booking in bookings.values():
        notices.tell_blocked(booking, [extra for extra in due if extra.booking_id == booking.pk], at=at)
    AddedExtra.objects.filter(pk__in=[extra.pk for extra in due]).update(blocked_told_at=at, updated_at=at)
    return len(due)
