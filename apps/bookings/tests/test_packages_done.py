"""Work that a use of a package has paid for: clearing, disputes, changes, refunds."""

from datetime import timedelta

import pytest

from apps.bookings import operations
from apps.bookings.errors import ExtraUnknown
from apps.bookings.queries import timeline_of
from apps.bookings.tests.using_packages import WORTH, booked, owned_and_extra
from apps.bookings.tests.world import (
    FREE,
    HOUR,
    NOW,
    START,
    decline,
    fresh,
    make_world,
    pay,
    wallet_of,
)
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.operations import Unit
from apps.packages import operations as packages
from apps.packages.errors import PackageExpired
from apps.packages.tests.sold import USE, bought, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_completion_clears_both_holds_and_the_customer_lets_both_go(world, calm):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))
    operations.start_booking(booking_id=booking.pk, by=world.owner, at=START)
    done_at = START + HOUR

    operations.complete_booking(booking_id=booking.pk, by=world.owner, at=done_at)

    booking = fresh(booking)
    assert (booking.payment_status, booking.release_due_at) == ("PENDING_CLEARANCE", done_at + 24 * HOUR)
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=done_at + HOUR)
    assert fresh(booking).payment_status == "RELEASED"
    assert queries.balance(addresses.business_available(world.business.pk, "NGN")) == (350_000 + WORTH) * 95 // 100
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_the_use_clears_by_itself_a_day_later(world, calm):
    booking = booked(world, calm)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"

    with clock.frozen(START + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert (fresh(booking).payment_status, fresh(booking).release_due_at) == ("RELEASED", None)
    assert [entry.what for entry in timeline_of(fresh(booking), for_business=True)] == [
        "create", "confirm", "package-use", "start", "complete", "clearance-started", "released",
    ]  # fmt: skip


def test_a_dispute_about_the_use_shows_on_the_booking(world, calm):
    booking = booked(world, calm)
    unit = Unit(unit_type=USE, unit_id=booking.package_use_id)

    ledger.freeze_hold(unit=unit, reason="Not as agreed.", by=world.ops, at=NOW)
    assert fresh(booking).payment_status == "FROZEN"
    ledger.unfreeze_hold(unit=unit, reason="Settled.", by=world.ops, at=NOW)
    assert fresh(booking).payment_status == "HELD"


def test_another_person_without_the_premium_gives_the_premium_back_and_keeps_the_use(world, calm, drain_outbox):
    owner = world.owner_as_staff()
    booking = pay(booked(world, calm, staff=owner))
    assert booking.total_minor == 250_000
    decline(booking, by=world.owner)

    operations.accept_replacement(booking_id=booking.pk, by=world.customer, at=NOW)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.total_minor, booking.covered_minor) == ("CONFIRMED", 0, WORTH)
    assert (booking.payment_status, wallet_of(world.customer)) == ("HELD", 250_000)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_customers_do_not_move_it_beyond_the_end_of_the_package(world):
    calm = bought(world, uses=1, valid_days=3)
    booking = booked(world, calm)
    beyond = NOW + timedelta(days=3)

    with pytest.raises(PackageExpired):
        operations.reschedule_booking(booking_id=booking.pk, start=beyond, by=world.customer, at=NOW)
    assert fresh(booking).starts_at == START
    moved = operations.reschedule_booking(booking_id=booking.pk, start=beyond, by=world.owner, at=NOW)
    assert moved.starts_at == beyond


def test_a_free_service_needs_no_package(world):
    free = make_world(service=FREE)

    booking = free.book()

    assert (booking.payment_status, booking.package_use_id, booking.covered_minor) == (None, None, 0)


def test_over_http_the_booking_says_what_paid_for_it(api, world, calm):
    body = {"service": str(world.service.pk), "start": START.isoformat(), "package": str(calm.pk)}
    client = api(world.customer)

    quoted = client.post("/api/v1/bookings/quote/", body, format="json").json()["data"]
    made = client.post("/api/v1/bookings/", body, format="json").json()["data"]

    assert quoted["total"] == {"amount": "0.00", "currency": "NGN"}
    assert made["package"] == {
        "id": str(calm.pk), "name": "Calm", "worth": {"amount": "4500.00", "currency": "NGN"}, "is_returned": False,
    }  # fmt: skip
    effects = {each["name"]: each["money_effect"] for each in made["available_actions"]}
    assert effects["cancel"] == "The use of the package can be used again."
    with clock.frozen(START - HOUR):
        late = client.get(f"/api/v1/bookings/{made['id']}/").json()["data"]["available_actions"]
    assert {each["name"]: each["money_effect"] for each in late}["cancel"] == (
        "The use of the package is spent: NGN 2250.00 goes back to the customer; NGN 2250.00 is kept by the cancellation policy."
    )


def test_the_right_package_and_a_wrong_extra_spend_nothing(world, calm):
    with pytest.raises(ExtraUnknown):
        booked(world, calm, extra_ids=[calm.pk])

    assert states(calm) == ["OPEN"] * 3


def test_a_use_that_operations_refund_is_gone_and_the_booking_says_so(world, calm):
    booking = booked(world, calm)
    use = calm.uses.get(number=1)

    ledger.refund_hold(
        unit=Unit(unit_type=USE, unit_id=use.pk), destination="WALLET", reason="Goodwill", by=world.ops, at=NOW,
        idempotency_key="goodwill",
    )  # fmt: skip

    assert states(calm) == ["REFUNDED", "OPEN", "OPEN"]
    assert (fresh(booking).payment_status, fresh(booking).refunded_minor) == ("REFUNDED", WORTH)
    assert packages.is_open(use.pk, starts_at=START) is False
