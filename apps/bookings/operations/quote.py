"""What a booking would cost; nothing is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.bookings.errors import BookingWrongState
from apps.bookings.models import Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.price import Price
from apps.bookings.queries.offer import Offer, ensure_bookable, load_offer
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.payments.errors import AlreadyPaid, ItemNotFound, NothingToPay, NotPayable
from apps.payments.payables import PayableQuote


def quote_booking(
    *, service_id: UUID, staff_id: UUID | None, extra_ids: Sequence[UUID], at: datetime
) -> tuple[Offer, Price]:
    """The service and its price with this performer, or with the best free one.

    Raises: NoSuchService, ExtraUnknown, NotBookable.
    """
    offer = load_offer(service_id, extra_ids=extra_ids)
    ensure_bookable(offer, at)
    return offer, offer.price(staff_id)


def quote_payable(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has to pay for a booking, and where the money goes.

    Raises: ItemNotFound, AlreadyPaid, NothingToPay, NotPayable.
    """
    booking = Booking.objects.locked().with_people().filter(pk=item_id, customer_id=payer.pk).first()
    if booking is None:
        raise ItemNotFound
    if booking.payment_status is None:
        raise NothingToPay
    if booking.payment_status != PaymentStatus.PENDING_PAYMENT:
        raise AlreadyPaid
    if booking.status != BookingStatus.PENDING or booking.expires_at <= at:
        raise NotPayable(BookingWrongState.default_message)
    return PayableQuote(
        amount_minor=booking.total_minor,
        currency=booking.currency,
        kind=ITEM_TYPE,
        description=f"{booking.service.title} at {booking.business.name}, {booking.reference}"[:200],
        business_id=booking.business_id,
        expires_at=booking.expires_at,
        commission_rate_bp=booking.business.commission_override_bp,
    )
