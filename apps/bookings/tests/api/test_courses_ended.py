"""A booked course is called off, whole or session by session, or one session is moved."""

import pytest

from apps.bookings import operations
from apps.bookings.tests.api.on_courses import BOOKINGS, work
from apps.bookings.tests.course_world import (
    WEEK,
    book,
    course,
    paid_course,
    parts_of,
    slots_of,
    status_of,
)
from apps.bookings.tests.sessions import booked, session
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.ledger.testing import assert_ledger_sound

pytestmark = pytest.mark.django_db


def test_the_customer_cancels_each_session_by_its_own_start(world, api):
    """Free until a day before, half after that: the first session is late, the others are not; the one that began stays."""
    whole = paid_course(world, course(world, sessions=4, price=40_000))
    first, *_ = parts_of(whole)
    ada = api(world.customer)
    operations.start_session(slot_id=first.slot_id, by=world.desk, at=NOW)

    with clock.frozen(START + WEEK - HOUR):
        shown = ada.get(f"{BOOKINGS}{whole.pk}/").json()["data"]["available_actions"]
        answer = ada.post(f"{BOOKINGS}{whole.pk}/cancel/", {"reason": "We are moving away."})
        work()
        again = ada.post(f"{BOOKINGS}{whole.pk}/cancel/", {})

    data = answer.json()["data"]
    assert [each["money_effect"] for each in shown] == [
        "NGN 250.00 goes back to the customer; NGN 50.00 is kept by the cancellation policy."
    ]
    assert (answer.status_code, data["status"]) == (200, "IN_PROGRESS")
    assert [each["status"] for each in data["sessions"]] == ["IN_PROGRESS", "CANCELLED", "CANCELLED", "CANCELLED"]
    assert [part.refunded_minor for part in parts_of(whole)] == [0, 5_000, 10_000, 10_000]
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert_ledger_sound()


def test_the_desk_gives_all_money_back(world, api):
    whole = paid_course(world, course(world))

    with clock.frozen(START - MINUTE):
        answer = api(world.desk).post(f"{BOOKINGS}{whole.pk}/cancel/", {"reason": "The kiln broke."})
        work()

    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "CANCELLED")
    assert {str(part.payment_status) for part in parts_of(whole)} == {"REFUNDED"}
    assert sum(part.refunded_minor for part in parts_of(whole)) == 10_000
    assert_ledger_sound()


def test_who_may_cancel_the_whole(world, api):
    whole = book(world, course(world, host=world.staff))
    act = f"{BOOKINGS}{whole.pk}/cancel/"

    answers = [
        api(user).post(act, body)
        for user, body in (
            (UserFactory(), {}), (world.performer, {}), (world.ops, {}), (world.ops, {"reason": "Asked by telephone."}),
        )
    ]  # fmt: skip

    assert [(answer.status_code, answer.json().get("code")) for answer in answers[:3]] == [
        (404, "course_booking_not_found"), (403, "action_not_allowed"), (400, "reason_missing"),
    ]  # fmt: skip
    assert (answers[3].status_code, status_of(whole)) == (200, "CANCELLED")


def test_a_session_of_it_is_moved_by_itself(world, api):
    made = course(world)
    whole = paid_course(world, made)
    first, second, _third = parts_of(whole)
    free, lent = session(world, start=START + 3 * HOUR), course(world, start=START + 4 * HOUR)
    ada = api(world.customer)

    def move(slot):
        return ada.post(f"/api/v1/bookings/{first.pk}/reschedule/", {"slot": str(slot.pk)})

    taken, closed, moved = move(second.slot), move(slots_of(lent)[0]), move(free)
    back = move(slots_of(made)[0])

    assert (taken.status_code, taken.json()["code"]) == (409, "seated_already")
    assert (closed.status_code, closed.json()["code"]) == (409, "part_of_course")
    assert (moved.status_code, moved.json()["data"]["parent"]) == (200, str(whole.pk))
    assert (back.status_code, booked(free)) == (200, 0)
