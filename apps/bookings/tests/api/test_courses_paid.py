"""What becomes of a booked course: expiry, late money, letters, approval and rejection as a whole."""

import pytest

from apps.availability.models import CapacitySlot
from apps.bookings import operations
from apps.bookings.tests.api.on_courses import BOOKINGS, awaiting, letters, offered, work
from apps.bookings.tests.course_world import (
    book,
    course,
    open_payment_of,
    paid_course,
    parts_of,
    slots_of,
    status_of,
    statuses,
)
from apps.bookings.tests.sessions import booked
from apps.bookings.tests.world import HOUR, MINUTE, NOW, let_through
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.ledger.testing import assert_ledger_sound

pytestmark = pytest.mark.django_db


def test_all_sessions_expire_together_with_one_letter_to_each_side(world):
    made = course(world)
    whole = book(world, made)

    with clock.frozen(NOW + 30 * MINUTE):
        operations.expire_overdue(at=clock.now(), limit=10)
        work()

    assert (statuses(whole), status_of(whole)) == (["EXPIRED"] * 3, "EXPIRED")
    assert [booked(slot) for slot in slots_of(made)] == [0, 0, 0]
    assert letters(world.customer, "booking_expired").count() == 1
    assert letters(world.owner, "booking_expired_business").count() == 1


def test_money_on_its_way_gives_all_sessions_the_same_time(world):
    whole = book(world, course(world, start=NOW + HOUR))

    for part in parts_of(whole):
        operations.give_time(booking_id=part.pk, at=NOW)

    assert {part.expires_at for part in parts_of(whole)} == {NOW + HOUR}


def test_money_that_comes_late_takes_the_seats_that_are_left(world):
    made = course(world, seats=1)
    whole = book(world, made)
    payment = open_payment_of(whole)
    with clock.frozen(NOW + 31 * MINUTE):
        operations.expire_bookings([part.pk for part in parts_of(whole)], at=clock.now())
        CapacitySlot.objects.filter(pk=slots_of(made)[1].pk).update(max_capacity=0)
        let_through(payment, acted_at=NOW + 29 * MINUTE)
        work()

    assert (statuses(whole), status_of(whole)) == (["CONFIRMED", "EXPIRED", "CONFIRMED"], "CONFIRMED")
    assert [str(part.payment_status) for part in parts_of(whole)] == ["HELD", "REFUNDED", "HELD"]
    [told] = letters(world.customer, "booking_confirmed")
    assert told.context["sessions"] == 2
    assert_ledger_sound()


def test_one_letter_for_the_whole(world):
    whole = paid_course(world, course(world, host=world.staff))
    work()
    operations.cancel_course(course_booking_id=whole.pk, by=world.customer, at=NOW)
    work()

    told = {
        (user, kind): list(letters(user, kind))
        for user, kinds in (
            (world.customer, ["booking_created", "booking_confirmed", "booking_cancelled"]),
            (world.owner, ["booking_created_business", "booking_confirmed_business", "booking_cancelled_business"]),
            (world.performer, ["booking_confirmed_business", "booking_cancelled_business"]),
        )
        for kind in kinds
    }
    assert {len(found) for found in told.values()} == {1}
    assert {found[0].subject_reference for found in told.values()} == {whole.reference}
    assert {found[0].context["sessions"] for found in told.values()} == {3}
    assert [len(told[world.customer, kind][0].attachments) for kind in ("booking_created", "booking_cancelled")] == [
        3,
        3,
    ]


def test_a_whole_course_is_approved_in_one_act_and_one_letter(world, api):
    whole = awaiting(world)
    desk, page = api(world.desk), f"{BOOKINGS}{whole.pk}/"
    assert offered(desk.get(page)) == ["approve", "reject", "cancel"]
    assert offered(api(world.customer).get(page)) == ["cancel"]
    assert api(world.customer).post(f"{page}approve/").status_code == 403
    assert api(UserFactory()).post(f"{page}approve/").status_code == 404
    assert api(world.ops).post(f"{page}approve/").json()["code"] == "reason_missing"

    answer, again = desk.post(f"{page}approve/"), desk.post(f"{page}approve/")
    work()

    assert (answer.status_code, again.status_code) == (200, 409)
    assert (answer.json()["data"]["status"], statuses(whole)) == ("CONFIRMED", ["CONFIRMED"] * 3)
    assert offered(answer) == ["cancel"]
    [told] = letters(world.customer, "booking_approved")
    assert (told.context["sessions"], len(told.attachments)) == (3, 3)
    assert letters(world.performer, "booking_confirmed_business").count() == 1
    assert_ledger_sound()


def test_what_is_left_of_a_course_is_approved_where_one_session_was_by_itself(world, api):
    whole = awaiting(world)
    first = parts_of(whole)[0]
    operations.reject_booking(booking_id=first.pk, reason="The host is away.", by=world.desk, at=NOW)

    assert api(world.desk).post(f"{BOOKINGS}{whole.pk}/approve/").status_code == 200
    work()

    assert statuses(whole) == ["REJECTED", "CONFIRMED", "CONFIRMED"]
    assert letters(world.customer, "booking_approved").get().context["sessions"] == 2


def test_a_whole_course_is_rejected_with_a_reason_and_all_money_back(world, api):
    whole = awaiting(world)
    desk, page = api(world.desk), f"{BOOKINGS}{whole.pk}/"
    [act] = [each for each in desk.get(page).json()["data"]["available_actions"] if each["name"] == "reject"]
    assert act["money_effect"] == "NGN 100.00 goes back to the customer."
    assert desk.post(f"{page}reject/").status_code == 400

    answer = desk.post(f"{page}reject/", {"reason": "The studio is closed."})
    work()

    assert (answer.status_code, statuses(whole)) == (200, ["REJECTED"] * 3)
    assert {str(part.payment_status) for part in parts_of(whole)} == {"REFUNDED"}
    assert [booked(slot) for slot in slots_of(whole.course)] == [0, 0, 0]
    [told] = letters(world.customer, "booking_rejected")
    assert (told.context["reason"], told.context["refund"]["amount_minor"]) == ("The studio is closed.", 10_000)
    assert letters(world.owner, "booking_cancelled_business").count() == 1
    assert desk.post(f"{page}reject/", {"reason": "Again."}).status_code == 409
    assert_ledger_sound()


def test_those_who_are_to_approve_are_told_once(world):
    world.business.auto_confirm = False
    world.business.save()
    whole = paid_course(world, course(world, host=world.staff))
    work()

    assert (status_of(whole), letters(world.desk, "booking_awaits_approval").count()) == ("PENDING", 1)
