"""Courses as the desk makes and keeps them, and as everybody finds them; over HTTP."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.availability.models import CapacitySlot, Course
from apps.bookings.tests.course_world import WEEK, book, course, slots_of
from apps.bookings.tests.sessions import seat, session
from apps.bookings.tests.world import HOUR, MINUTE, START, make_world
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def desk_address(world):
    return f"/api/v1/availability/businesses/{world.business.pk}/courses/"


def one(made):
    return f"/api/v1/availability/courses/{made.pk}/"


def body(world, slots, **more):
    return {
        "service": str(world.service.pk), "title": "Pottery", "slots": [str(slot.pk) for slot in slots],
        "price": {"amount": "9000.00", "currency": "NGN"}, **more,
    }  # fmt: skip


def test_a_course_is_made_of_sessions_and_found_by_everybody(world, api):
    slots = [session(world, seats=seats, start=START + days * timedelta(days=1)) for days, seats in ((2, 3), (0, 5))]

    answer = api(world.desk).post(desk_address(world), body(world, slots))
    made = answer.json()["data"]
    seen = api().get(f"/api/v1/courses/{made['id']}/").json()["data"]

    assert answer.status_code == 201
    assert seen == made
    assert (seen["title"], seen["price"]["amount"], seen["saved"]["amount"]) == ("Pottery", "9000.00", "1000.00")
    assert (seen["allows_single"], seen["is_available"], seen["free"]) == (False, True, 3)
    assert [(each["slot"], each["free"], each["host"]) for each in seen["sessions"]] == [
        (str(slots[1].pk), 5, None), (str(slots[0].pk), 3, None),
    ]  # fmt: skip
    listed = api().get(f"/api/v1/services/{world.service.pk}/schedule/", {"from": "2026-11-20"}).json()["data"]
    assert {each["course"] for each in listed["results"]} == {made["id"]}


def test_a_course_that_is_no_cheaper_saves_nothing(world, api):
    made = course(world, price=1_500_000)

    assert api().get(f"/api/v1/courses/{made.pk}/").json()["data"]["saved"] is None


def test_what_a_course_cannot_be_made_of(world, api):
    good, begun, booked, elsewhere = (session(world, start=START + hours * HOUR) for hours in (1, 2, 3, 4))
    other = session(make_world())
    strange = session(world, start=START + 5 * HOUR)
    CapacitySlot.objects.filter(pk=strange.pk).update(service=ServiceFactory(business=world.business))
    seat(world, booked)
    CapacitySlot.objects.filter(pk=begun.pk).update(started_at=clock.now())
    in_another = slots_of(course(world, start=START + 9 * HOUR))[0]
    desk = api(world.desk)

    def code(*slots, **more):
        answer = desk.post(desk_address(world), body(world, slots, **more))
        return answer.status_code, answer.json().get("code")

    assert code(good, begun) == (400, "course_invalid")
    assert code(good, strange) == (400, "course_invalid")
    assert code(good, good) == (400, "course_invalid")
    assert code(good, booked) == (409, "slot_in_use")
    assert code(good, in_another) == (409, "slot_in_use")
    assert code(good, other)[0] == 404
    assert code(good, elsewhere, price={"amount": "0.01", "currency": "NGN"}) == (400, "course_invalid")
    assert code(good, elsewhere, price={"amount": "90.00", "currency": "USD"}) == (400, "course_invalid")
    assert code(good, elsewhere, service=str(ServiceFactory().pk))[0] == 404
    with clock.frozen(START + HOUR):
        assert code(good, elsewhere) == (400, "course_invalid")
    assert Course.objects.count() == 1
    assert code(good, elsewhere, price={"amount": "0.00", "currency": "NGN"})[0] == 201


def test_a_service_done_at_the_customers_has_no_courses(world, api):
    world.service.places = ["AT_CUSTOMER"]
    world.service.save()

    answer = api(world.desk).post(
        desk_address(world), body(world, [session(world), session(world, start=START + HOUR)])
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "course_invalid")


def test_changing_a_course_leaves_what_is_booked(world, api):
    made = course(world)
    whole = book(world, made)
    wish = {
        "title": "Clay",
        "price": {"amount": "1.00", "currency": "NGN"},
        "allows_single": True,
        "is_available": False,
    }

    answer = api(world.desk).patch(one(made), wish)

    data = answer.json()["data"]
    assert (data["title"], data["price"]["amount"], data["allows_single"], data["is_available"]) == (
        "Clay", "1.00", True, False,
    )  # fmt: skip
    whole.refresh_from_db()
    assert (whole.title, whole.total_minor) == ("Pottery", 10_000)
    assert AuditEntry.objects.filter(action="availability.course_changed").count() == 1
    assert api().get(f"/api/v1/courses/{made.pk}/").status_code == 404
    assert api(world.desk).patch(one(made), {"price": {"amount": "0.02", "currency": "NGN"}}).status_code == 400


def test_only_a_course_that_nobody_booked_is_removed(world, api):
    booked, fresh = course(world), course(world, start=START + HOUR)
    book(world, booked)
    slots, desk = slots_of(fresh), api(world.desk)

    refused, gone = desk.delete(one(booked)), desk.delete(one(fresh))

    assert (refused.status_code, refused.json()["code"]) == (409, "course_in_use")
    assert gone.status_code == 204
    assert (
        list(CapacitySlot.objects.filter(pk__in=[slot.pk for slot in slots]).values_list("course", flat=True))
        == [None] * 3
    )


def test_a_session_of_a_course_is_not_removed(world, api):
    slot = slots_of(course(world))[0]

    answer = api(world.desk).delete(f"/api/v1/availability/slots/{slot.pk}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_in_use")


def test_others_keep_no_courses(world, api):
    made, stranger = course(world), make_world()

    for user in (stranger.owner, UserFactory(), world.performer):
        assert api(user).get(desk_address(world)).status_code == 404
        assert api(user).post(desk_address(world), body(world, [])).status_code == 404
        assert api(user).patch(one(made), {"title": "Mine"}).status_code == 404
        assert api(user).delete(one(made)).status_code == 404
    assert Course.objects.get().title == "Pottery"


def test_the_public_list(world, api):
    later, first = course(world, start=START + WEEK + 3 * HOUR), course(world, start=START)
    other = make_world()
    elsewhere = course(other, start=START + HOUR)
    hidden = make_world()
    course(hidden)
    hidden.business.is_active = False
    hidden.business.save()
    course(world, start=START + 2 * HOUR)
    Course.objects.filter(sessions__starts_at=START + 2 * HOUR).update(is_available=False)

    def found(**asked):
        return [each["id"] for each in api().get("/api/v1/courses/", asked).json()["data"]["results"]]

    assert found() == [str(first.pk), str(elsewhere.pk), str(later.pk)]
    assert found(business=str(world.business.pk)) == [str(first.pk), str(later.pk)]
    assert found(service=str(other.service.pk)) == [str(elsewhere.pk)]
    assert found(**{"from": "2026-11-21"}) == [str(later.pk)]
    with clock.frozen(START + MINUTE):
        assert found() == [str(elsewhere.pk), str(later.pk)]
    assert len(api(world.desk).get(desk_address(world)).json()["data"]["results"]) == 3


def test_a_list_costs_the_same_whatever_the_courses_and_sessions(world, api):
    course(world, sessions=2)

    def queries():
        with CaptureQueriesContext(connection) as made:
            assert api().get("/api/v1/courses/").status_code == 200
        return len(made)

    few = queries()
    course(world, sessions=7, start=START + HOUR)
    course(world, sessions=5, start=START + 2 * HOUR)

    assert queries() == few == 3
