"""A booking before it is written, and what is told once it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import F

from apps.accounts.models import User
from apps.bookings import notices
from apps.bookings.action import Actor
from apps.bookings.errors import OutOfReach
from apps.bookings.events import BookingCreated
from apps.bookings.models import Booking
from apps.bookings.operations.confirm import confirm_free
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_booking
from apps.bookings.operations.pay_ahead import wish_out
from apps.bookings.operations.types import Asked, CourseRequest, Wishes
from apps.bookings.policy import CancellationPolicy
from apps.bookings.price import Price
from apps.bookings.queries.offer import Offer
from apps.bookings.stakes import is_settled
from apps.bookings.states import Party, PaymentStatus, Place
from apps.catalog.errors import PriceChanged
from apps.catalog.models import Business
from apps.core.conf import timer
from apps.core.events import publish
from apps.core.ids import new_id
from apps.core.outbox import after_commit

TELL_CREATED = "apps.bookings.tasks.tell_created"


def ensure_expected(price: Price, request: Wishes | CourseRequest) -> None:
    """Raises: PriceChanged where the customer expects another total."""
    expected = request.expected_total
    if expected is not None and (expected.amount_minor, expected.currency) != (price.total_minor, price.currency):
        raise PriceChanged(data={"quote": price.out()})


def ensure_in_reach(offer: Offer, place: Place, request: Asked) -> None:
    """Raises: OutOfReach where the customer says the position and the business does not travel that far."""
    position = _point(request)
    if place != Place.AT_CUSTOMER or position is None:
        return
    business = Business.objects.filter(pk=offer.service.business_id).annotate(way=Distance("location", position))
    if business.filter(way__gt=F("service_radius_m")).exists():
        raise OutOfReach(errors={"lat": [OutOfReach.default_message]})


def draft(
    *,
    offer: Offer,
    price: Price,
    request: Wishes,
    place: Place,
    starts_at: datetime,
    ends_at: datetime,
    customer: User,
    at: datetime,
    made_by: Actor | None = None,
) -> Booking:
    """The booking as it is agreed: what it costs and by which policy are frozen in it.

    Its customer makes it, or ``made_by`` for them.
    """
    business = offer.service.business
    maker = made_by or Actor(user_id=customer.pk, party=Party.CUSTOMER)
    asks_nothing = price.total_minor == 0
    settled = PaymentStatus.HELD if offer.package else None
    return Booking(
        pk=new_id(),
        reference=offer.reference,
        customer=customer,
        business=business,
        service=offer.service,
        time_zone=business.time_zone,
        starts_at=starts_at,
        ends_at=ends_at,
        expires_at=None if asks_nothing else min(at + timer("BOOKING_UNPAID_EXPIRY"), starts_at),
        place=place,
        address=request.address,
        location=_point(request),
        special_requests=request.special_requests,
        sop_checklist=offer.checklist(),
        currency=price.currency,
        base_minor=price.base_minor,
        owner_premium=price.multiplier,
        total_minor=price.total_minor,
        price_lines=[line.frozen() for line in price.lines],
        pay_with=wish_out(request.pay_with, price.currency),
        cancellation_policy=CancellationPolicy.read(business.cancellation_policy).frozen(),
        payment_status=settled if asks_nothing else PaymentStatus.PENDING_PAYMENT,
        change="create",
        changed_at=at,
        changed_by_id=maker.user_id,
        changed_as=maker.party,
        created_at=at,
    )


def _point(request: Asked) -> Point | None:
    if request.latitude is None or request.longitude is None:
        return None
    return Point(request.longitude, request.latitude, srid=4326)


def announce(booking: Booking, *, replaced: Iterable[UUID] = (), at: datetime) -> Booking:
    """The booking that has been written is told of; one that asks for no money is confirmed where the business asks nobody.

    What it has ``replaced`` is told with it, for one statement of both: somebody waits.
    """
    told: dict[str, Any] = {"booking_id": str(booking.pk)}
    if gone := [str(key) for key in replaced]:
        told["replaced"] = gone
    after_commit(TELL_CREATED, **told)
    return make_known(booking, at=at)


def make_known(booking: Booking, *, at: datetime) -> Booking:
    """As ``announce``, but its people are not told that it was made."""
    publish(
        fact(
            BookingCreated, booking, at=at, by_id=booking.changed_by_id, starts_at=booking.starts_at,
            total_minor=booking.total_minor, currency=booking.currency,
        )
    )  # fmt: skip
    if not is_settled(booking):
        return booking
    if booking.business.auto_confirm:
        booking = lock_booking(booking.pk)
        confirm_free(booking, at=at)
    elif booking.has_use:
        notices.tell_awaits_approval(lock_booking(booking.pk), at=at)
    return booking
