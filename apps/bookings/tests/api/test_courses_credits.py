"""Courses that credits and codes pay for: at once where they cover all sessions, else with the payment of all."""

import pytest

from apps.bookings.models import Booking, CourseBooking
from apps.bookings.tests.api.on_courses import address, people
from apps.bookings.tests.course_world import course, slots_of
from apps.bookings.tests.sessions import booked
from apps.credits.tests.purse import discount_code, own, promise, promotions, purse_of
from apps.ledger.models import EscrowHold
from apps.payments.models import Payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def wish(api, world, made, **more):
    return api(world.customer).post(address(made), people("Ada", "Bola") | more, format="json")


def money(world, amount):
    return {"amount": amount, "currency": world.business.currency}


@pytest.mark.parametrize("credits_wished", [True, "200.00"])
def test_a_course_that_credits_cover_is_confirmed_at_once_in_all_its_sessions(world, api, credits_wished):
    promise(world.customer, 15_000)
    own(world.customer, 6_000)
    made = course(world)
    wished = credits_wished if credits_wished is True else money(world, credits_wished)

    answer = wish(api, world, made, credits=wished)

    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    assert (data["status"], data["payment_status"], data["expires_at"]) == ("CONFIRMED", "HELD", None)
    assert sorted(EscrowHold.objects.values_list("gross_minor", flat=True)) == [6_666, 6_667, 6_667]
    assert (Payment.objects.get().status, promotions(), purse_of(world.customer)[0]) == ("SUCCEEDED", 21_000, 1_000)


def test_what_credits_do_not_cover_is_remembered_for_the_one_payment_of_all_sessions(world, api):
    own(world.customer, 5_000)
    discount_code(percent=10)
    client = api(world.customer)

    data = wish(api, world, course(world), credits=True, promo="FIRST20").json()["data"]
    assert (data["status"], Payment.objects.count()) == ("PENDING", 0)
    pay = next(each for each in data["available_actions"] if each["name"] == "pay")
    parts = client.post(pay["path"], pay["body"], format="json").json()["data"]["parts"]

    assert parts == {
        "gateway": money(world, "130.00"), "wallet": money(world, "0.00"), "credits": money(world, "50.00"),
        "promotions": money(world, "20.00"),
    }  # fmt: skip


def test_an_amount_of_credits_counts_once_for_all_sessions(world, api):
    own(world.customer, 20_000)

    data = wish(api, world, course(world), credits=money(world, "60.00")).json()["data"]
    pay = next(each for each in data["available_actions"] if each["name"] == "pay")
    parts = api(world.customer).post(pay["path"], pay["body"], format="json").json()["data"]["parts"]

    assert (parts["credits"], parts["gateway"]) == (money(world, "60.00"), money(world, "140.00"))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"promo": "NOSUCH"}, "promo_code_unknown"),
        ({"credits": {"amount": "1.00", "currency": "USD"}}, "mixed_currencies"),
        ({"credits": {"amount": "1.00", "currency": "NGN"}}, "not_enough_credits"),
    ],
)
def test_a_wish_that_does_not_hold_books_nothing(world, api, more, code):
    made = course(world)

    refused = wish(api, world, made, **more)

    assert refused.json()["code"] == code
    assert (CourseBooking.objects.count(), Booking.objects.count(), Payment.objects.count()) == (0, 0, 0)
    assert [booked(slot) for slot in slots_of(made)] == [0, 0, 0]


def test_a_free_course_takes_no_credits(world, api):
    own(world.customer, 5_000)

    data = wish(api, world, course(world, price=0), credits=True).json()["data"]

    assert (data["status"], purse_of(world.customer)[0]) == ("CONFIRMED", 5_000)
