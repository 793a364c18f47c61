"""``POST /bookings/``: price, person, refusals, and how few queries it takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world
from apps.catalog.models import Business
from apps.catalog.tests.factories import ExtraFactory, StaffMemberFactory, UserFactory
from apps.core import clock
from apps.core.outbox import OutboxMessage

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


def body(world, *, staff=None, start=START, **more):
    return {
        "service": str(world.service.pk),
        "start": start.isoformat(),
        **({"staff": str(staff.pk)} if staff else {}),
        **more,
    }


def post(api, world, *, who=None, **more):
    return api(who or world.customer).post(URL, body(world, **more))


def test_create_takes_the_time_and_waits_for_money(world, api):
    answer = post(api, world, staff=world.staff, special_requests="Quiet, please.")

    assert answer.status_code == 201
    data = answer.json()["data"]
    booking = Booking.objects.get(pk=data["id"])
    assert (data["status"], data["payment_status"], data["staff"]["name"]) == ("PENDING", "PENDING_PAYMENT", "Chidi")
    assert data["total"] == {"amount": "5000.00", "currency": "NGN"}
    assert data["expires_at"] == "2026-11-18T09:30:00Z"
    assert data["cancellation_policy"]["free_until"] == "2026-11-19T09:00:00Z"
    assert {action["name"]: action["enabled"] for action in data["available_actions"]} == {
        "pay": True, "reschedule": True, "cancel": True, "update": True,
    }  # fmt: skip
    block = BusyBlock.objects.get(booking_id=booking.pk)
    assert (block.during.lower, block.during.upper) == (START, START + HOUR + 15 * MINUTE)
    assert (block.expires_at, block.holder_id) == (booking.expires_at, world.customer.pk)
    assert len(booking.reference) == 8


def test_created_answer_equals_the_detail_view(world, api):
    made = post(api, world, staff=world.staff).json()["data"]

    seen = api(world.customer).get(f"{URL}{made['id']}/").json()["data"]

    assert made == seen


def test_extras_add_their_price_and_their_minutes(world, api):
    extra = ExtraFactory(service=world.service, name="Hot stones", price_minor=120_000, duration_min=30)

    data = post(api, world, staff=world.staff, extras=[str(extra.pk)]).json()["data"]

    assert data["total"]["amount"] == "6200.00"
    assert data["ends_at"] == "2026-11-20T10:30:00Z"
    assert [line["kind"] for line in data["lines"]] == ["SERVICE", "EXTRA"]


def test_an_owner_costs_half_as_much_again_in_quote_and_booking(world, api):
    owner = world.owner_as_staff()

    quote = api(world.customer).post(f"{URL}quote/", {"service": str(world.service.pk), "staff": str(owner.pk)})
    data = post(api, world, staff=owner).json()["data"]

    assert quote.json()["data"]["total"] == data["total"] == {"amount": "7500.00", "currency": "NGN"}
    assert (quote.json()["data"]["multiplier"], data["multiplier"]) == ("1.50", "1.50")
    assert data["lines"][1] == {
        "kind": "OWNER_PREMIUM", "label": "Owner's premium × 1.50", "amount": {"amount": "2500.00", "currency": "NGN"},
    }  # fmt: skip


def test_an_owner_who_works_alone_asks_no_premium(api, db):
    world = make_world(business={"works_alone": True})
    owner = world.owner_as_staff()

    assert post(api, world, staff=owner).json()["data"]["total"]["amount"] == "5000.00"


def test_a_quote_writes_nothing(world, api):
    answer = api(world.customer).post(f"{URL}quote/", {"service": str(world.service.pk)})

    assert answer.json()["data"]["total"] == {"amount": "5000.00", "currency": "NGN"}
    assert Booking.objects.count() == OutboxMessage.objects.count() == 0


def test_a_quote_takes_the_body_of_the_booking_and_says_whether_it_is_free(world, api):
    second = world.person("second")
    world.book(customer=UserFactory())
    client = api(world.customer)

    free = client.post(f"{URL}quote/", body(world, special_requests="Quiet, please.")).json()["data"]
    taken = client.post(f"{URL}quote/", body(world, staff=world.staff)).json()["data"]
    without = client.post(f"{URL}quote/", {"service": str(world.service.pk)}).json()["data"]

    assert (free["staff"], free["is_free"]) == (str(second.pk), True)
    assert (taken["staff"], taken["is_free"]) == (str(world.staff.pk), False)
    assert (without["staff"], without["is_free"]) == (None, None)


def test_a_quote_of_somebody_who_does_not_do_it_is_refused(world, api):
    other = StaffMemberFactory(business=world.business)

    answer = api(world.customer).post(f"{URL}quote/", {"service": str(world.service.pk), "staff": str(other.pk)})

    assert (answer.status_code, answer.json()["code"]) == (400, "staff_unknown")


def test_without_a_name_the_best_rated_free_person_comes_never_the_owner_at_a_premium(world, api):
    world.owner_as_staff()
    world.person("new", rating_average="5.00", rating_count=1)
    world.person("best", rating_average="4.90", rating_count=200)
    world.person("good", rating_average="4.50", rating_count=200)

    names = [post(api, world, who=UserFactory()).json()["data"] for _ in range(4)]
    refused = post(api, world, who=UserFactory())

    assert [data["staff"]["name"] for data in names] == ["best", "good", "new", "Chidi"]
    assert {data["total"]["amount"] for data in names} == {"5000.00"}
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")


def test_a_lost_time_answers_with_the_next_three(world, api):
    world.book(customer=UserFactory())

    answer = post(api, world, staff=world.staff)

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert [each["start"] for each in answer.json()["data"]["next_free"]] == [
        "2026-11-20T10:15:00Z", "2026-11-20T10:30:00Z", "2026-11-20T10:45:00Z",
    ]  # fmt: skip
    assert answer.json()["data"]["next_free"][0]["staff"] == [str(world.staff.pk)]


def test_posting_again_replaces_ones_own_unpaid_booking(world, api):
    first = world.book()

    answer = post(api, world, staff=world.staff, start=START + HOUR / 2)

    assert answer.status_code == 201
    assert (fresh(first).status, fresh(first).change_reason) == ("CANCELLED", "Booked anew.")
    assert BusyBlock.objects.active().count() == 1


def test_ones_own_paid_booking_is_not_replaced(world, api):
    first = world.paid()

    answer = post(api, world, staff=world.staff)

    assert answer.status_code == 409
    assert fresh(first).status == "CONFIRMED"


def test_an_expired_hold_in_the_way_ends_at_once(world, api):
    first = world.book(customer=UserFactory())

    with clock.frozen(NOW + 31 * MINUTE):
        answer = post(api, world, staff=world.staff)

    assert answer.status_code == 201
    assert fresh(first).status == "EXPIRED"


def test_a_changed_price_is_told_before_anything_is_taken(world, api):
    answer = post(api, world, staff=world.staff, expected_total={"amount": "4000.00", "currency": "NGN"})
    right = post(api, world, staff=world.staff, expected_total={"amount": "5000.00", "currency": "NGN"})

    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert answer.json()["data"]["quote"]["total"] == {"amount": "5000.00", "currency": "NGN"}
    assert right.status_code == 201


def test_a_free_booking_is_confirmed_at_once(api, db, drain_outbox):
    world = make_world(service={"price_minor": 0})

    data = post(api, world, staff=world.staff).json()["data"]

    assert (data["status"], data["payment_status"]) == ("CONFIRMED", None)
    assert BusyBlock.objects.get(booking_id=data["id"]).expires_at is None


def test_a_free_booking_waits_where_the_business_approves(api, db):
    world = make_world(service={"price_minor": 0}, business={"auto_confirm": False})

    data = post(api, world, staff=world.staff).json()["data"]

    assert (data["status"], data["payment_status"], data["expires_at"]) == ("PENDING", None, None)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"service": str(uuid4())}, 404, "service_not_found"),
        ({"start": "2026-11-18T08:00:00Z"}, 400, "start_in_past"),
        ({"start": "soon"}, 400, "invalid"),
        ({"start": "2026-11-20T09:00:00"}, 400, "invalid"),  # on whose clock?
        ({"start": "2026-11-20"}, 400, "invalid"),
        ({"staff": str(uuid4())}, 400, "staff_unknown"),
        ({"extras": [str(uuid4())]}, 400, "extra_unknown"),
        ({"virtual": True}, 400, "place_not_served"),
        ({"address": "1 Some Street"}, 400, "place_not_served"),
        ({"virtual": True, "address": "1 Some Street"}, 400, "invalid"),
        ({"lat": 6.5}, 400, "invalid"),
        ({"special_requests": "x" * 2001}, 400, "invalid"),
        ({"voucher": "GUILD"}, 400, "invalid"),
        ({"start": "2199-12-30T23:59:59Z"}, 400, "start_too_far"),
        ({"start": "2028-12-31T23:00:00Z"}, 409, "slot_taken"),
    ],
)
def test_what_cannot_be_booked_is_refused_and_writes_nothing(world, api, change, status, code):
    answer = api(world.customer).post(URL, {**body(world, staff=world.staff), **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert Booking.objects.count() == BusyBlock.objects.count() == 0


def test_work_at_the_customers_needs_an_address(api, db):
    world = make_world(service={"places": ["AT_CUSTOMER"]})

    without = post(api, world, staff=world.staff)
    with_it = post(api, world, staff=world.staff, address="3 Banana Island", lat=6.45, lng=3.42)

    assert (without.status_code, without.json()["code"]) == (400, "address_missing")
    assert (with_it.json()["data"]["place"], with_it.json()["data"]["address"]) == ("AT_CUSTOMER", "3 Banana Island")


@pytest.mark.parametrize(("latitude", "allowed"), [(6.54, True), (6.56, False)])
def test_a_business_travels_as_far_as_it_says(api, db, latitude, allowed):
    world = make_world(service={"places": ["AT_CUSTOMER"]})
    Business.objects.filter(pk=world.business.pk).update(location=Point(3.42, 6.45, srid=4326), service_radius_m=11_000)
    where = {"address": "3 Banana Island", "lat": latitude, "lng": 3.42}  # a hundredth of a degree is 1.1 km

    quote = api(world.customer).post(f"{URL}quote/", {**body(world, staff=world.staff), **where})
    booked = post(api, world, staff=world.staff, **where)

    if allowed:
        assert (quote.status_code, booked.status_code) == (200, 201), booked.json()
    else:
        assert {(each.status_code, each.json()["code"]) for each in (quote, booked)} == {(400, "out_of_reach")}
        assert Booking.objects.count() == 0


def test_an_unverified_business_takes_no_booking(world, api):
    world.business.verification_status = "SUSPENDED"
    world.business.save()

    answer = post(api, world, staff=world.staff)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_bookable")


def test_the_same_key_repeats_the_answer_and_books_once(world, api):
    client = api(world.customer, **{"Idempotency-Key": "one"})

    first, second = (client.post(URL, body(world, staff=world.staff)) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Booking.objects.count() == 1


def test_ops_do_not_book(world, api):
    assert post(api, world, who=world.ops, staff=world.staff).status_code == 403
    assert api().post(URL, body(world)).status_code == 401


def crowded(world, people):
    """``people`` performers with a job each on every day of the next three weeks."""
    for number in range(people):
        staff = world.person(f"person {number}")
        for day in range(1, 22):
            world.book(staff=staff, customer=UserFactory(), start=NOW + timedelta(days=day, hours=5))


@pytest.mark.parametrize("people", [0, 6])
@pytest.mark.parametrize("named", [True, False])
def test_create_takes_at_most_twelve_queries_whatever_the_calendar(world, api, count_queries, people, named):
    crowded(world, people)
    client = api(world.customer, **{"Idempotency-Key": "counted"})

    with count_queries() as counted:
        answer = client.post(URL, body(world, staff=world.staff if named else None))

    assert answer.status_code == 201
    # One more is the sign-in, which the test's client leaves out; a savepoint stands in for BEGIN and COMMIT.
    assert len(counted) + 1 <= 12, [query["sql"][:90] for query in counted]


def test_replacing_ones_own_takes_at_most_twelve_queries_too(world, api, count_queries):
    world.book()
    client = api(world.customer, **{"Idempotency-Key": "counted"})

    with count_queries() as counted:
        answer = client.post(URL, body(world, staff=world.staff))

    assert answer.status_code == 201
    assert len(counted) + 1 <= 12, [query["sql"][:90] for query in counted]


def test_the_matcher_and_the_booking_pick_the_same_person(world, api):
    world.person("reviewed", ranking_review_since=NOW)
    world.person("busy")
    world.book(staff=world.staff, start=START - 3 * HOUR, customer=UserFactory())
    for start in (START - 8 * HOUR, START - 6 * HOUR):
        world.book(staff=world.service.performers.get(display_name="busy"), start=start, customer=UserFactory())
    asked = {"business": str(world.business.pk), "service": str(world.service.pk), "start": START.isoformat()}

    matched = api(world.customer).get("/api/v1/maestro/staff/", asked).json()["data"]["results"]
    picked = [post(api, world, who=UserFactory()).json()["data"]["staff"] for _ in matched]

    assert [each["staff"]["name"] for each in matched] == ["Chidi", "busy", "reviewed"]
    assert [staff["id"] for staff in picked] == [each["staff"]["id"] for each in matched]


def test_a_crew_takes_the_owner_only_where_there_are_too_few_others(api, db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    owner = world.person("owner", user=world.owner, rating_average="5.00", rating_count=200)
    second = world.person("second")

    first, then = (post(api, world, who=UserFactory()).json() for _ in range(2))
    world.person("third")
    world.person("fourth")
    late = post(api, world, who=UserFactory(), start=START + 3 * HOUR).json()["data"]

    assert set(Booking.objects.get(pk=first["data"]["id"]).crew) == {world.staff.pk, second.pk}
    assert then["code"] == "slot_taken"
    assert then["data"]["next_free"][0]["start"] == "2026-11-20T10:15:00Z"
    assert owner.pk not in Booking.objects.get(pk=late["id"]).crew
    assert first["data"]["multiplier"] == late["multiplier"] == "1.00"


def test_all_of_a_crew_are_taken(api, db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    second = world.person("second")
    world.person("third")

    data = post(api, world, staff=second).json()["data"]

    booking = Booking.objects.get(pk=data["id"])
    assert booking.staff_member_id == second.pk
    assert len(booking.crew) == 2
    assert BusyBlock.objects.of_booking(booking.pk).count() == 2
    assert [api(second.user).get(f"{URL}{booking.pk}/").status_code] == [200]
