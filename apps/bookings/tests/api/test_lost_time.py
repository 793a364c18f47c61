"""Time that was free when it was looked at, and somebody else's when it was to be taken."""

from importlib import import_module

import pytest

from apps.availability.models import BusyBlock
from apps.bookings.tests.world import HOUR, START, fresh
from apps.catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


@pytest.fixture
def overtaken(world, monkeypatch):
    """Between the look and the taking, somebody else books a later hour."""

    def overtake(operation):
        module = import_module(f"apps.bookings.operations.{operation}")
        look = module.check_start

        def look_and_lose(job, **asked):
            found = look(job, **asked)
            monkeypatch.setattr(module, "check_start", look)
            world.book(customer=UserFactory(), start=START + 2 * HOUR)
            return found

        monkeypatch.setattr(module, "check_start", look_and_lose)

    return overtake


def assert_lost(answer):
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.json()["data"]["next_free"][0]["start"] == "2026-11-20T12:15:00Z"
    assert len(answer.json()["data"]["next_free"]) == 3


@pytest.mark.parametrize("has_own", [False, True])
def test_a_booking_that_comes_second_hears_of_the_next_times_and_its_own_comes_back(world, api, overtaken, has_own):
    own = world.book(start=START + HOUR / 2) if has_own else None
    overtaken("create_booking")
    body = {"service": str(world.service.pk), "staff": str(world.staff.pk), "start": (START + 1.5 * HOUR).isoformat()}

    # With a key, so that the request has a transaction of its own to undo
    answer = api(world.customer, **{"Idempotency-Key": "one"}).post(URL, body)

    assert_lost(answer)
    if own is not None:
        assert fresh(own).status == "PENDING"
        assert BusyBlock.objects.active().of_booking(own.pk).exists()


def test_a_move_that_comes_second_hears_of_the_next_times_and_keeps_its_own(world, api, overtaken):
    booking = world.paid(start=START - 24 * HOUR)
    overtaken("reschedule")

    answer = api(world.customer).post(f"{URL}{booking.pk}/reschedule/", {"start": (START + 2 * HOUR).isoformat()})

    assert_lost(answer)
    assert fresh(booking).starts_at == START - 24 * HOUR
    assert BusyBlock.objects.active().of_booking(booking.pk).get().starts_at == START - 24 * HOUR
