"""Bookings of the last and the next weeks, made, paid, worked and released by the product's own operations."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from apps.accounts.models import User
from apps.availability import queries as availability
from apps.availability.queries import Job
from apps.bookings import operations as bookings
from apps.bookings.models import Booking
from apps.bookings.operations import BookingRequest
from apps.bookings.states import BookingStatus
from apps.catalog.models import Business, Service, StaffMember
from apps.catalog.states import ServicePlace
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.money import Money
from apps.disputes import operations as disputes
from apps.disputes.operations import Exhibit, Objection
from apps.disputes.states import DisputeReason
from apps.ledger import operations as ledger
from apps.payments import operations as payments
from apps.payments.models import SandboxCharge
from apps.payments.operations import ItemToPay
from apps.payments.sandbox.gateway import receive

# Days from today on which a business may have had, or may have, a booking; and how many of each it has.
PAST_DAYS, PAST = range(-28, 0), 3
COMING_DAYS, COMING = range(1, 10), 3
# The first business has a month behind it that is over on whatever day the demo is made.
LONG_AGO, LONG_AGO_JOBS = -40, 2
# One in so many of the coming bookings is called off by the customer, or awaits or gets its business's answer.
CALLED_OFF = 8
WISHES = (
    "", "", "", "Please ring at the side gate.", "My first visit; I may be a little early.",
    "Could we keep the music low?", "I have a nut allergy.", "My daughter comes along.",
)  # fmt: skip
MADE_BEFORE = timedelta(days=3)
BATCH = 1_000


def play_bookings(
    *,
    businesses: Sequence[Business],
    customers: Sequence[User],
    random: Random,
    at: datetime,
    told: Callable[[int, int], Any],
) -> None:
    """Each business has work behind it, released or clearing, and paid work ahead."""
    days = [
        (day, number)
        for number in range(len(businesses))
        for day in (*random.sample(PAST_DAYS, PAST), *random.sample(COMING_DAYS, COMING))
    ]
    for done, (day, number) in enumerate(sorted(days), start=1):
        business = businesses[number]
        _play(business, _neighbour(business, customers, random), day=day, random=random, at=at)
        told(done, len(days))
    for _ in range(LONG_AGO_JOBS):
        first = businesses[0]
        _play(first, _neighbour(first, customers, random), day=LONG_AGO, random=random, at=at)
    for days_ago in range(-LONG_AGO, -1, -1):
        moment = at - timedelta(days=days_ago)
        while ledger.release_due_holds(at=moment, limit=BATCH) == BATCH:
            pass
    play_dispute(businesses=businesses, customers=customers, random=random, at=at)


def play_dispute(*, businesses: Sequence[Business], customers: Sequence[User], random: Random, at: datetime) -> None:
    """A customer objects to a job that was done yesterday, and its business answers."""
    clearing = Booking.objects.with_people().filter(release_due_at__gt=at, status=BookingStatus.COMPLETED)
    for business in businesses:
        _play(business, _neighbour(business, customers, random), day=-1, random=random, at=at)
        booking = clearing.filter(business=business).order_by("-actual_end_time", "reference").first()
        if booking is not None:
            _dispute(booking, ended_at=booking.actual_end_time, at=at)
            return


def _neighbour(business: Business, customers: Sequence[User], random: Random) -> User:
    return random.choice([each for each in customers if each.time_zone == business.time_zone] or list(customers))


def _dispute(booking: Booking, *, ended_at: datetime, at: datetime) -> None:
    opened_at = ended_at + (at - ended_at) / 2
    with clock.frozen(opened_at):
        objection = Objection(
            reason=DisputeReason.POOR_WORK,
            note="It was over after half of the time, and not what we had agreed.",
            asked=Money(booking.total_minor // 2, booking.currency),
            evidence=[Exhibit(title="How it looked afterwards", file_name="disputes/demo-afterwards.jpg")],
        )
        dispute = bookings.dispute_booking(
            booking_id=booking.pk, objection=objection, by=booking.customer, at=opened_at
        )
    with clock.frozen(at):
        words = "We are sorry to hear it. The work was done as it stands in the listing; we offer to come again."
        disputes.post_message(dispute_id=dispute.pk, words=words, by=booking.business.owner, at=at)


def _play(business: Business, customer: User, *, day: int, random: Random, at: datetime) -> None:
    """One booking's life, each step at its moment; a day on which nobody is free has none."""
    made_at = min(at, at + timedelta(days=day) - MADE_BEFORE)
    service = random.choice(list(Service.objects.filter(business=business).order_by("title")))
    staff = StaffMember.objects.filter(business=business).exclude(user=business.owner)
    after = at + timedelta(days=day, minutes=random.randrange(0, 600, 30))
    with clock.frozen(made_at):
        job = Job(service_id=service.pk, staff_ids=[random.choice(list(staff.order_by("display_name"))).pk])
        free = availability.first_free(job, after=after, at=made_at)
        if not free:
            return
        try:
            booking = bookings.create_booking(
                request=_request(service, free[0].starts_at, free[0].staff_ids[0], business, random),
                customer=customer,
                at=made_at,
            )
        except DomainError:
            return
        pay([ItemToPay(item_type="BOOKING", item_id=booking.pk)], customer, at=made_at)
    if booking.ends_at < at:
        _answer(booking, by=business.owner, at=made_at)
        _work(booking)
    else:
        _look_ahead(booking, business, customer, random=random, at=min(at, made_at + timedelta(hours=1)))


def _answer(booking: Booking, *, by: User, at: datetime) -> None:
    """Where the business looks at each booking first, it has said yes."""
    if Booking.objects.get(pk=booking.pk).status == BookingStatus.PENDING:
        with clock.frozen(at):
            bookings.approve_booking(booking_id=booking.pk, by=by, at=at)


def _look_ahead(booking: Booking, business: Business, customer: User, *, random: Random, at: datetime) -> None:
    """A coming booking stands, or awaits its business's answer, or was turned down or called off."""
    fate = random.randrange(CALLED_OFF)
    with clock.frozen(at):
        if fate == 0:
            bookings.cancel_booking(booking_id=booking.pk, by=customer, at=at, reason="I have to travel that day.")
        elif fate == 1 and not business.auto_confirm:
            bookings.reject_booking(
                booking_id=booking.pk, reason="The chair is being serviced that day.", by=business.owner, at=at
            )
        elif fate % 2 == 0 and not business.auto_confirm:
            bookings.approve_booking(booking_id=booking.pk, by=business.owner, at=at)


def _request(service: Service, start: datetime, staff_id: Any, business: Business, random: Random) -> BookingRequest:
    extras = list(service.extras.filter(is_active=True).order_by("name").values_list("pk", flat=True))
    chosen = [random.choice(extras)] if extras and random.random() < 0.3 else []
    wishes = random.choice(WISHES)
    if service.places == [ServicePlace.AT_CUSTOMER] and business.location is not None:
        return BookingRequest(
            service_id=service.pk,
            start=start,
            staff_id=staff_id,
            address=business.address,
            latitude=business.location.y,
            longitude=business.location.x,
            special_requests=wishes,
        )
    is_virtual = service.places == [ServicePlace.VIRTUAL]
    return BookingRequest(
        service_id=service.pk,
        start=start,
        staff_id=staff_id,
        extra_ids=chosen,
        is_virtual=is_virtual,
        special_requests=wishes,
    )


def pay(items: Sequence[ItemToPay], customer: User, *, at: datetime, amount_minor: int | None = None) -> None:
    """The customer pays all, or another amount, at the sandbox gateway, and the desk asks it; no web hook is needed."""
    payment = payments.initialize_payment(items=items, payer=customer, at=at, gateway="sandbox")
    receive(SandboxCharge.objects.get(reference=payment.reference), at=at, amount_minor=amount_minor)
    payments.verify_payment(reference=payment.reference, by=customer, at=at)


def _work(booking: Booking) -> None:
    """The performer starts on time and completes on time."""
    performer = User.objects.get(pk=StaffMember.objects.get(pk=booking.staff_member_id).user_id)
    with clock.frozen(booking.starts_at):
        bookings.start_booking(booking_id=booking.pk, by=performer, at=booking.starts_at)
    with clock.frozen(booking.ends_at):
        bookings.complete_booking(booking_id=booking.pk, by=performer, at=booking.ends_at)
