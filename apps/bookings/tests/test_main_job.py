"""The main job from end to end, over HTTP, with the money and the history that it leaves."""

import pytest

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, START, let_through, open_payment
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger.models import EscrowHold

pytestmark = pytest.mark.django_db


def order(world, **more):
    return {"service": str(world.service.pk), "staff": str(world.staff.pk), "start": START.isoformat(), **more}


def test_the_main_job_ends_with_the_money_at_the_business(world, api, drain_outbox):
    customer, staff = api(world.customer), api(world.performer)

    made = customer.post("/api/v1/bookings/", order(world))
    assert made.status_code == 201, made.json()
    booking = Booking.objects.get(pk=made.json()["data"]["id"])
    assert (booking.status, booking.payment_status) == ("PENDING", "PENDING_PAYMENT")

    let_through(open_payment(booking))
    booking.refresh_from_db()
    assert (booking.status, booking.payment_status, booking.expires_at) == ("CONFIRMED", "HELD", None)

    with clock.frozen(START):
        assert staff.post(f"/api/v1/bookings/{booking.pk}/start/").status_code == 200
    with clock.frozen(START + HOUR / 2):
        done = staff.post(f"/api/v1/bookings/{booking.pk}/complete/")
        assert done.status_code == 200, done.json()
        assert done.json()["data"]["duration_minutes"] == 30
        assert done.json()["data"]["payment_status"] == "PENDING_CLEARANCE"
        released = customer.post(f"/api/v1/bookings/{booking.pk}/confirm-release/")
        assert released.status_code == 200, released.json()
        assert released.json()["data"]["payment_status"] == "RELEASED"
        assert customer.post(f"/api/v1/bookings/{booking.pk}/confirm-release/").status_code == 409

    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.net_minor, hold.commission_minor) == ("RELEASED", 475_000, 25_000)
    block = BusyBlock.objects.get(booking_id=booking.pk)
    assert (block.is_running, block.ends_at) == (False, START + HOUR / 2)
    assert list(booking.history.values_list("number", "change", "from_status", "to_status", "acting_as")) == [
        (1, "create", "", "PENDING", "CUSTOMER"),
        (2, "confirm", "PENDING", "CONFIRMED", "SYSTEM"),
        (3, "start", "CONFIRMED", "IN_PROGRESS", "STAFF"),
        (4, "complete", "IN_PROGRESS", "COMPLETED", "STAFF"),
    ]
    timeline = customer.get(f"/api/v1/bookings/{booking.pk}/timeline/").json()["data"]["results"]
    assert [entry["what"] for entry in timeline] == [
        "create", "confirm", "paid", "start", "complete", "clearance-started", "released",
    ]  # fmt: skip


def test_the_sweep_releases_what_nobody_confirmed(world):
    booking = world.completed()

    with clock.frozen(clock.now() + 24 * HOUR):
        run_sweep("ledger.release_due")

    booking.refresh_from_db()
    assert (booking.payment_status, booking.release_due_at) == ("RELEASED", None)
