"""Bookings that credits and codes pay for: quoted, remembered, confirmed at once, given back, disputed."""

from __future__ import annotations

import pytest

from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import HOUR, START, fresh
from apps.core import clock
from apps.credits.models import PromoCode, Use
from apps.credits.tests.purse import discount_code, fill_wallet, own, promise, promotions, purse_of
from apps.ledger.models import Entry, EscrowHold
from apps.payments.models import Payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]
URL, PRICE = "/api/v1/bookings/", 500_000


def money(amount):
    return {"amount": amount, "currency": "NGN"}


def body(world, **more):
    return {"service": str(world.service.pk), "start": START.isoformat(), "staff": str(world.staff.pk), **more}


def book(api, world, **more):
    return api(world.customer).post(URL, body(world, **more), format="json")


def test_a_quote_shows_what_would_be_paid_with_what(world, api):
    promise(world.customer, 100_000)
    own(world.customer, 50_000)
    discount_code(percent=10)
    client = api(world.customer)

    told = client.post(f"{URL}quote/", body(world, credits=True, promo="first20"), format="json").json()["data"]
    plain = client.post(f"{URL}quote/", body(world), format="json").json()["data"]
    some = client.post(f"{URL}quote/", body(world, credits=money("200.00")), format="json").json()["data"]

    assert told["paying"] == {"promotions": money("1500.00"), "credits": money("500.00"), "due": money("3000.00")}
    assert (plain["paying"], some["paying"]["due"]) == (None, money("4800.00"))
    assert (Use.objects.count(), PromoCode.objects.get().redeemed) == (0, 0)


def test_a_booking_that_credits_cover_is_confirmed_at_once(world, api):
    promise(world.customer, PRICE)

    made = book(api, world, credits=True)

    assert made.status_code == 201
    data = made.json()["data"]
    assert (data["status"], data["payment_status"]) == ("CONFIRMED", "HELD")
    assert data == api(world.customer).get(f"{URL}{data['id']}/").json()["data"]
    assert (purse_of(world.customer), promotions()) == ((0, 0, 0, 0), PRICE)


def test_case_40_a_job_that_credits_pay_is_done_and_released_like_any_other(world, api):
    promise(world.customer, PRICE)
    booking = Booking.objects.get(pk=book(api, world, credits=True).json()["data"]["id"])

    with clock.frozen(booking.starts_at):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    with clock.frozen(booking.ends_at):
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
        operations.confirm_release(booking_id=booking.pk, by=world.customer, at=clock.now())

    assert fresh(booking).payment_status == "RELEASED"
    assert EscrowHold.objects.get().net_minor == PRICE * 95 // 100
    assert not Entry.objects.filter(amount=0).exists()


def test_seats_of_a_session_that_credits_cover_are_confirmed_at_once(world, api):
    slot = session(world)
    own(world.customer, PRICE)
    wish = {"service": str(slot.service_id), "slot": str(slot.pk), "credits": True}

    data = api(world.customer).post(URL, wish, format="json").json()["data"]

    assert data["status"] == "CONFIRMED"


def test_a_booking_remembers_the_wish_until_its_payment_is_opened(world, api):
    promise(world.customer, 100_000)
    discount_code(amount_minor=50_000)
    client = api(world.customer)

    made = book(api, world, credits=True, promo="FIRST20").json()["data"]
    assert (made["status"], made["pay_with"]) == ("PENDING", {"credits": True, "promo": "FIRST20"})
    assert Payment.objects.count() == 0
    item = {"items": [{"type": "BOOKING", "id": made["id"]}]}
    plain = client.post("/api/v1/payments/initialize/", {**item, "credits": False, "promo": ""}, format="json")
    asked = client.post("/api/v1/payments/initialize/", item, format="json")

    assert plain.json()["data"]["parts"]["gateway"] == money("5000.00")
    assert asked.json()["data"]["parts"]["promotions"] == money("1500.00")
    assert asked.json()["data"]["parts"]["gateway"] == money("3500.00")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"promo": "NONE"}, (404, "promo_code_unknown")),
        ({"credits": money("1.00")}, (409, "not_enough_credits")),
        ({"credits": {"amount": "1.00", "currency": "USD"}}, (400, "mixed_currencies")),
    ],
)
def test_a_wish_that_cannot_be_met_makes_no_booking(world, api, wish, code):
    answer = book(api, world, **wish)

    assert (answer.status_code, answer.json()["code"]) == code
    assert Booking.objects.count() == 0


def test_a_desk_does_not_spend_what_is_its_customers(world, api):
    wish = body(world, credits=True, customer={"name": "Ngozi", "phone": "+2348031234567"})

    answer = api(world.desk).post(f"/api/v1/businesses/{world.business.pk}/bookings/", wish, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["credits"])


def test_an_unpaid_booking_that_is_cancelled_or_runs_out_sets_free_what_was_set_aside(world, api, drain_outbox):
    own(world.customer, 200_000)
    client = api(world.customer)
    made = book(api, world, credits=True).json()["data"]
    client.post("/api/v1/payments/initialize/", {"items": [{"type": "BOOKING", "id": made["id"]}]}, format="json")
    assert purse_of(world.customer) == (0, 0, 200_000, 0)

    operations.cancel_booking(booking_id=made["id"], by=world.customer, at=clock.now())
    drain_outbox()
    assert purse_of(world.customer) == (200_000, 0, 0, 200_000)

    made = book(api, world, credits=True).json()["data"]
    client.post("/api/v1/payments/initialize/", {"items": [{"type": "BOOKING", "id": made["id"]}]}, format="json")
    with clock.frozen(Booking.objects.get(pk=made["id"]).expires_at):
        operations.expire_bookings([made["id"]], at=clock.now())
        drain_outbox()

    assert purse_of(world.customer) == (200_000, 0, 0, 200_000)


def test_a_cancelled_booking_gives_credits_back_as_credits_and_cash_to_the_wallet(world, api, drain_outbox):
    promise(world.customer, 100_000)
    own(world.customer, 150_000)
    fill_wallet(world.customer, 250_000)
    made = book(api, world, credits=True).json()["data"]
    wish = {"items": [{"type": "BOOKING", "id": made["id"]}], "wallet": True}
    paid = api(world.customer).post("/api/v1/payments/initialize/", wish, format="json").json()["data"]
    assert paid["status"] == "SUCCEEDED"

    operations.cancel_booking(booking_id=made["id"], by=world.customer, at=clock.now())
    drain_outbox()

    assert (purse_of(world.customer), promotions()) == ((250_000, 250_000, 0, 150_000), 150_000)
    assert fresh(Booking.objects.get(pk=made["id"])).payment_status == "REFUNDED"


def test_a_late_cancellation_keeps_its_share_and_gives_back_in_reverse_order(world, api, drain_outbox):
    promise(world.customer, 200_000)
    fill_wallet(world.customer, 300_000)
    made = book(api, world, credits=True).json()["data"]
    wish = {"items": [{"type": "BOOKING", "id": made["id"]}], "wallet": True}
    api(world.customer).post("/api/v1/payments/initialize/", wish, format="json")
    booking = Booking.objects.get(pk=made["id"])

    with clock.frozen(booking.starts_at - HOUR):
        operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=clock.now())
        drain_outbox()

    back = fresh(booking).refunded_minor
    assert 0 < back < PRICE
    assert purse_of(world.customer)[1] == min(back, 300_000)
    assert purse_of(world.customer)[0] == max(back - 300_000, 0)
