"""Lists, details, and who sees what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.bookings import operations
from apps.bookings.api import outputs
from apps.bookings.tests.api.reading import URL, data, references
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import HOUR, NOW, START, fresh, make_world, pay
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock
from apps.payments.queries import payment_that_paid

pytestmark = pytest.mark.django_db


def _rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.parametrize("who", ["customer", "performer", "desk", "owner", "ops"])
def test_each_side_sees_the_booking(world, api, who):
    booking = world.paid()
    client = api(getattr(world, who))

    seen = data(client.get(f"{URL}{booking.pk}/"))

    assert seen["reference"] == booking.reference
    assert references(client.get(URL)) == [booking.reference]
    assert (seen["owner_notes"] is None) == (who == "customer")
    assert set(seen) == set(outputs.BookingOut().fields)
    assert set(data(client.get(URL))["results"][0]) == set(outputs.BookingRowOut().fields)


def test_for_others_it_is_not_there(world, api):
    booking = world.paid()
    elsewhere = make_world()

    for who in (UserFactory(), elsewhere.owner, elsewhere.desk, elsewhere.performer):
        client = api(who)
        assert references(client.get(URL)) == []
        assert client.get(f"{URL}{booking.pk}/").status_code == 404
        assert client.get(f"{URL}{booking.pk}/timeline/").status_code == 404
        assert client.put(f"{URL}{booking.pk}/notes/", {"owner_notes": "x"}).status_code == 404
        assert client.patch(f"{URL}{booking.pk}/", {"special_requests": "x"}).status_code == 404
        for name in ("approve", "start", "complete", "cancel", "no-show", "confirm-release"):
            assert client.post(f"{URL}{booking.pk}/{name}/").status_code == 404, name
        assert client.post(f"{URL}{booking.pk}/reject/", {"reason": "x"}).status_code == 404
        assert client.post(f"{URL}{booking.pk}/reschedule/", {"start": START.isoformat()}).status_code == 404
    assert fresh(booking).change_number == 2


def test_case_88_money_of_another_business_is_not_there_and_none_of_its_rows_is_locked(world, api):
    booking, elsewhere = world.completed(), make_world()
    payment = payment_that_paid(item_type="BOOKING", item_id=booking.pk)
    tries = {
        f"{URL}{booking.pk}/confirm-release/": {},
        f"{URL}{booking.pk}/cancel/": {},
        f"/api/v1/payments/{payment.pk}/refunds/": {
            "amount": {"amount": "1.00", "currency": "NGN"}, "destination": "WALLET", "reason": "Mine.",
        },
        "/api/v1/practitioner/payouts/request/": {"business": str(world.business.pk), "currency": "NGN"},
    }  # fmt: skip

    for address, body in tries.items():
        with CaptureQueriesContext(connection) as asked:
            answer = api(elsewhere.owner).post(address, body)
        assert answer.status_code in {403, 404}, (address, answer.json())
        locking = [each["sql"] for each in asked if re.search(r"FOR (NO KEY )?UPDATE", each["sql"])]
        assert [rows for sql in locking if (rows := _rows(sql))] == [], address
    assert fresh(booking).status == "COMPLETED"


def test_an_action_of_the_other_side_is_refused_as_such(world, api):
    booking = world.paid()

    answer = api(world.customer).post(f"{URL}{booking.pk}/start/")

    assert (answer.status_code, answer.json()["code"]) == (403, "action_not_allowed")


def test_lists_are_filtered(world, api):
    first, second = world.paid(), world.book(start=START + 24 * HOUR)
    client = api(world.customer)

    assert references(client.get(URL)) == [second.reference, first.reference]
    assert references(client.get(URL, {"status": "CONFIRMED"})) == [first.reference]
    assert references(client.get(URL, {"status": "CONFIRMED,PENDING"})) == [second.reference, first.reference]
    assert references(client.get(URL, {"date": "2026-11-20"})) == [first.reference]
    assert references(client.get(URL, {"service": str(world.service.pk), "staff": str(world.staff.pk)})) != []
    assert references(client.get(URL, {"business": str(first.pk)})) == []
    assert client.get(URL, {"status": "LOST"}).status_code == 400
    assert client.get(URL, {"date": "today"}).status_code == 400


def test_a_filter_left_empty_filters_nothing_and_one_given_twice_means_both(world, api):
    first, second = world.paid(), world.book(start=START + 24 * HOUR)
    client = api(world.customer)
    empty = dict.fromkeys(
        ["status", "payment_status", "business", "staff", "service", "date", "search", "ordering"], ""
    )

    assert references(client.get(URL, empty)) == [second.reference, first.reference]
    assert references(client.get(URL, {"status": ["CONFIRMED", "PENDING"]})) == [second.reference, first.reference]
    assert references(client.get(URL, {"status": ["", "PENDING"]})) == [second.reference]
    assert client.get(URL, {"date": ["2026-11-20", "2026-11-21"]}).status_code == 400


def test_lists_are_searched_and_ordered(world, api):
    dear = ServiceFactory(business=world.business, title="Hot stones", performers=[world.staff], price_minor=900_000)
    first, second = world.paid(), world.book(start=START + 24 * HOUR, service=dear)
    desk = api(world.desk)

    assert references(desk.get(URL, {"search": first.reference.lower()})) == [first.reference]
    assert references(desk.get(URL, {"search": "stones"})) == [second.reference]
    assert references(desk.get(URL, {"search": "Obi"})) == [second.reference, first.reference]
    assert references(desk.get(f"{URL}upcoming/", {"search": "nobody"})) == []
    assert references(desk.get(URL, {"ordering": "total"})) == [first.reference, second.reference]
    assert references(desk.get(f"{URL}upcoming/", {"ordering": "-starts_at"})) == [second.reference, first.reference]
    assert desk.get(URL, {"ordering": "secret"}).status_code == 400


def test_whoever_is_in_a_crew_is_found_by_their_key(api, db):
    world = make_world(service={"assignment": "ALL"})
    second = world.person("second")
    booking = world.book(staff=None)

    for person in (world.staff, second):
        assert references(api(world.desk).get(URL, {"staff": str(person.pk)})) == [booking.reference]


def test_the_owner_sees_how_many_bookings_there_are(world, api):
    world.paid()
    world.book(start=START + 24 * HOUR)
    client = api(world.owner)

    (listed,) = data(client.get("/api/v1/owners/my-businesses/"))["results"]
    page = data(client.get(f"/api/v1/owners/businesses/{world.business.pk}/"))

    assert listed["bookings"] == {"total": 2, "pending": 1, "confirmed": 1, "completed": 0}
    assert page["bookings"] == listed["bookings"]


def test_a_suspended_business_receives_no_money(world, api):
    booking = world.book()
    world.business.verification_status = "SUSPENDED"
    world.business.save()
    client = api(world.customer)

    answer = client.post("/api/v1/payments/initialize/", {"items": [{"type": "BOOKING", "id": str(booking.pk)}]})
    actions = {each["name"]: each for each in data(client.get(f"{URL}{booking.pk}/"))["available_actions"]}

    assert (answer.status_code, answer.json()["code"]) == (409, "not_payable")
    assert not actions["pay"]["enabled"]
    assert actions["pay"]["reason"] == "This business cannot receive money at the moment."


def test_the_day_is_the_one_of_the_bookings_own_zone(api, db):
    world = make_world(business={"time_zone": "Pacific/Auckland"})
    booking = world.book(start=START.replace(hour=12))  # 01:00 on the 21st there
    client = api(world.customer)

    assert references(client.get(URL, {"date": "2026-11-21"})) == [booking.reference]
    assert references(client.get(URL, {"date": "2026-11-20"})) == []


def test_upcoming_and_history(world, api):
    gone, coming = world.book(start=START + 24 * HOUR), world.paid()
    operations.cancel_booking(booking_id=gone.pk, by=world.customer, at=NOW)
    client = api(world.customer)

    assert references(client.get(f"{URL}upcoming/")) == [coming.reference]
    assert references(client.get(f"{URL}history/")) == [gone.reference]
    with clock.frozen(START + 2 * HOUR):
        assert references(client.get(f"{URL}history/")) == [gone.reference, coming.reference]


@pytest.mark.parametrize("who", ["customer", "performer", "owner", "ops"])
def test_a_list_costs_the_same_for_one_and_many(world, api, count_queries, who):
    client = api(getattr(world, who))

    def cost():
        with count_queries() as counted:
            data(client.get(URL))
        return len(counted)

    world.book()
    one = cost()
    for day in range(1, 6):
        world.book(start=START + day * 24 * HOUR, customer=world.customer)

    assert cost() == one


def test_anybody_with_the_reference_sees_little(world, api):
    booking = world.paid()

    seen = data(api().get(f"{URL}ref/{booking.reference.lower()}/"))

    assert seen == {
        "reference": booking.reference, "business": "Serenity Spa", "service": "Massage", "status": "CONFIRMED",
        "starts_at": "2026-11-20T09:00:00Z", "ends_at": "2026-11-20T10:00:00Z", "time_zone": "Africa/Lagos",
    }  # fmt: skip
    assert api().get(f"{URL}ref/NOTHERE1/").status_code == 404


def test_staff_see_how_to_reach_the_customer_only_while_it_is_on(world, api):
    booking = world.book()
    client = api(world.performer)
    assert data(client.get(f"{URL}{booking.pk}/"))["contact"] is None

    pay(booking)
    assert data(client.get(f"{URL}{booking.pk}/"))["contact"]["phone"] == world.customer.phone

    operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=NOW)
    gone = data(client.get(f"{URL}{booking.pk}/"))
    assert (gone["contact"], gone["address"]) == (None, None)
    assert data(api(world.desk).get(f"{URL}{booking.pk}/"))["contact"]["name"] == "Ada Obi"


def test_filters_hold_on_each_of_the_lists(world, api):
    second = world.person("Efe")
    dear = ServiceFactory(business=world.business, title="Hot stones", performers=[second])
    coming = [world.paid(), world.book(start=START + 24 * HOUR, service=dear, staff=second)]
    over = world.book(start=START + 48 * HOUR)
    operations.cancel_booking(booking_id=over.pk, by=world.customer, at=NOW)
    elsewhere = make_world()
    other = elsewhere.book(customer=world.customer)
    client = api(world.customer)

    def found(page, **query):
        return references(client.get(f"{URL}{page}", query))

    first, later = coming
    assert found("upcoming/", business=str(world.business.pk)) == [first.reference, later.reference]
    assert found("upcoming/", business=str(elsewhere.business.pk)) == [other.reference]
    assert found("upcoming/", staff=str(second.pk)) == [later.reference]
    assert found("upcoming/", service=str(dear.pk)) == [later.reference]
    assert found("upcoming/", date="2026-11-21") == [later.reference]
    assert found("upcoming/", status="CONFIRMED") == [first.reference]
    assert found("upcoming/", payment_status="HELD") == [first.reference]
    assert found("history/", status="CANCELLED", staff=str(world.staff.pk)) == [over.reference]
    assert found("history/", status="CONFIRMED") == []
    assert client.get(f"{URL}upcoming/", {"payment_status": "LOST"}).status_code == 400


def test_a_price_that_has_changed_is_told_for_seats_and_series_too(world, api):
    slot = session(world, seats=3)
    wrong = {"service": str(world.service.pk), "expected_total": {"amount": "1.00", "currency": "NGN"}}
    client = api(world.customer)

    seats = client.post(URL, {**wrong, "slot": str(slot.pk), "participants": [{"name": "A"}, {"name": "B"}]})
    series = client.post(f"{URL}series/", {**wrong, "start": START.isoformat(), "rrule": "FREQ=DAILY;COUNT=2"})
    other = client.post(
        URL, {**wrong, "start": START.isoformat(), "expected_total": {"amount": "5000.00", "currency": "USD"}}
    )

    assert [(each.status_code, each.json()["code"]) for each in (seats, series, other)] == [(409, "price_changed")] * 3
    assert seats.json()["data"]["quote"]["total"] == {"amount": "10000.00", "currency": "NGN"}
    assert not client.get(URL).json()["data"]["results"]
