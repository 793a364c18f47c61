"""Bookings for which a use of a package pays, and what is paid on top."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.operations import QuoteRequest
from apps.bookings.tests.sessions import session
from apps.bookings.tests.using_packages import WORTH, booked, owned_and_extra
from apps.bookings.tests.world import (
    HOUR,
    NOW,
    START,
    fresh,
    pay,
)
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.ledger.models import EscrowHold
from apps.notifications.models import Notification
from apps.packages.errors import NoUseLeft, PackageExpired, PackageUnknown
from apps.packages.tests.sold import bought, facial, states, unpaid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_a_use_pays_for_the_booking_which_is_confirmed_at_once(world, calm):
    booking = booked(world, calm)

    use = calm.uses.get(number=1)
    assert (booking.status, booking.payment_status, booking.total_minor) == ("CONFIRMED", "HELD", 0)
    assert (booking.package_use_id, booking.covered_minor, booking.expires_at) == (use.pk, WORTH, None)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]
    assert (use.booking_id, use.spent_at) == (booking.pk, NOW)
    assert [line["kind"] for line in booking.price_lines] == ["SERVICE", "PACKAGE_USE"]
    assert [line["amount_minor"] for line in booking.price_lines] == [500_000, -500_000]


def test_where_the_business_looks_first_it_awaits_approval_and_the_desk_hears(world, calm):
    world.business.auto_confirm = False
    world.business.save()

    booking = booked(world, calm)

    assert (booking.status, booking.payment_status) == ("PENDING", "HELD")
    assert Notification.objects.filter(notification_type="booking_awaits_approval", user=world.desk).count() == 1
    approved = operations.approve_booking(booking_id=booking.pk, by=world.owner, at=NOW)
    assert approved.status == "CONFIRMED"


def test_premium_and_extras_are_paid_on_top_and_held_by_themselves(world, calm):
    owner, extra = owned_and_extra(world)

    booking = booked(world, calm, staff=owner, extra_ids=[extra.pk])

    assert (booking.status, booking.payment_status, booking.total_minor) == ("PENDING", "PENDING_PAYMENT", 350_000)
    assert [(line["kind"], line["amount_minor"]) for line in booking.price_lines] == [
        ("SERVICE", 500_000), ("PACKAGE_USE", -500_000), ("OWNER_PREMIUM", 250_000), ("EXTRA", 100_000),
    ]  # fmt: skip
    booking = pay(booking)
    assert (booking.status, booking.payment_status) == ("CONFIRMED", "HELD")
    assert EscrowHold.objects.get(unit_type="BOOKING", unit_id=booking.pk).gross_minor == 350_000


def test_the_quote_shows_the_use_the_premium_and_the_extras(world, calm):
    owner, extra = owned_and_extra(world)
    wanted = QuoteRequest(service_id=world.service.pk, staff_id=owner.pk, extra_ids=[extra.pk], package_id=calm.pk)

    quote = operations.quote_booking(request=wanted, customer=world.customer, at=NOW)

    assert [(line.kind, line.label, line.amount_minor) for line in quote.price.lines] == [
        ("SERVICE", "Massage", 500_000), ("PACKAGE_USE", "Calm", -500_000), ("OWNER_PREMIUM", "Owner's premium × 1.50", 250_000),
        ("EXTRA", extra.name, 100_000),
    ]  # fmt: skip
    assert quote.price.total_minor == 350_000


def test_one_seat_is_paid_by_the_use_and_the_others_on_top(world, calm):
    slot = session(world, seats=5)

    booking = operations.book_seats(
        request=operations.SeatRequest(
            service_id=world.service.pk, slot_id=slot.pk, participants=["Ada", "Bola", "Chi"], package_id=calm.pk
        ),
        customer=world.customer,
        at=NOW,
    )

    assert (booking.seats, booking.total_minor, booking.base_minor) == (3, 1_000_000, 1_500_000)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_a_series_spends_a_use_for_each_date_or_nothing_at_all(world, calm):
    request = operations.BookingRequest(
        service_id=world.service.pk, staff_id=world.staff.pk, start=START, package_id=calm.pk
    )
    with pytest.raises(NoUseLeft):
        operations.book_series(
            request=request, rule="FREQ=WEEKLY;COUNT=4", skip_clashes=False, customer=world.customer, at=NOW
        )
    assert (states(calm), Booking.objects.count()) == (["OPEN"] * 3, 0)

    made, _ = operations.book_series(
        request=request, rule="FREQ=WEEKLY;COUNT=3", skip_clashes=False, customer=world.customer, at=NOW
    )

    assert [booking.status for booking in made] == ["CONFIRMED"] * 3
    assert states(calm) == ["SPENT"] * 3


def test_what_cannot_be_spent_is_refused_and_nothing_has_changed(world, calm):
    other = facial(world)
    stranger = UserFactory()
    unpaid_one = unpaid(world, uses=1)

    short = bought(world, valid_days=3)

    for refusal, purchase, more in (
        (PackageUnknown, calm, {"service": other}),
        (PackageUnknown, calm, {"customer": stranger}),
        (PackageUnknown, unpaid_one, {}),
        (PackageExpired, short, {"start": NOW + timedelta(days=3)}),
    ):
        with pytest.raises(refusal), transaction.atomic():
            booked(world, purchase, **more)

    assert (states(calm), Booking.objects.count()) == (["OPEN"] * 3, 0)


def test_when_all_are_spent_the_refusal_names_another_package(world):
    first, second = bought(world, uses=1), bought(world, uses=1)
    booked(world, first)

    with pytest.raises(NoUseLeft) as refusal, transaction.atomic():
        booked(world, first, start=START + 3 * HOUR)

    assert refusal.value.data == {"others": [str(second.pk)]}


def test_booking_anew_with_the_last_use_replaces_ones_own_unpaid_booking(world):
    calm = bought(world, uses=1)
    extra = ExtraFactory(service=world.service)
    first = booked(world, calm, extra_ids=[extra.pk])
    assert first.payment_status == "PENDING_PAYMENT"

    second = booked(world, calm)

    assert (fresh(first).status, second.status) == ("CANCELLED", "CONFIRMED")
    assert calm.uses.get().booking_id == second.pk
