"""Work that takes several people: begun, done, declined and moved as one job."""

import pytest

from apps.availability.models import BusyBlock
from apps.bookings.tests.world import HOUR, NOW, START, fresh, make_world, pay
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock
from apps.ledger import addresses
from apps.ledger.models import Balance
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"
SEVERAL = {"assignment": "SEVERAL", "people_needed": 2}


def send(api, who, booking, name, **body):
    return api(who).post(f"{URL}{booking.pk}/{name}/", body)


def done(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def crew_of(world):
    """A booking of the world's two people, paid for; the first of them leads."""
    second = world.person("second")
    return pay(world.book(staff=None)), second


def busy(booking):
    return set(BusyBlock.objects.of_booking(booking.pk).values_list("staff_member__display_name", flat=True))


@pytest.fixture
def pair(db):
    world = make_world(service=SEVERAL)
    booking, second = crew_of(world)
    return world, booking, second


def test_each_of_the_crew_sees_it_and_any_of_them_begins_and_ends_it(pair, api):
    world, booking, second = pair

    for person in (world.staff, second):
        day = api(person.user).get("/api/v1/staff/schedule/", {"date": "2026-11-20"}).json()["data"]
        assert [job["reference"] for job in day["jobs"]] == [booking.reference]
    assert done(send(api, second.user, booking, "start"))["status"] == "IN_PROGRESS"
    again = send(api, world.performer, booking, "start")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert done(send(api, world.performer, booking, "complete"))["status"] == "COMPLETED"
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"


def test_nobody_of_a_crew_at_work_begins_another_job(pair, api):
    world, booking, second = pair
    alone = ServiceFactory(business=world.business, performers=[world.staff, second])
    others = [
        pay(world.book(service=alone, staff=staff, start=START + 4 * HOUR, customer=UserFactory()))
        for staff in (world.staff, second)
    ]
    done(send(api, world.performer, booking, "start"))

    refused = [send(api, job.staff_member.user, job, "start") for job in others]
    done(send(api, second.user, booking, "complete"))
    allowed = [send(api, job.staff_member.user, job, "start") for job in others]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "person_busy")] * 2
    assert [answer.status_code for answer in allowed] == [200, 200]


def test_a_crew_waits_for_each_of_its_people(pair, api):
    world, booking, second = pair
    alone = ServiceFactory(business=world.business, performers=[second])
    job = pay(world.book(service=alone, staff=second, start=START + 4 * HOUR, customer=UserFactory()))
    done(send(api, second.user, job, "start"))

    refused = send(api, world.performer, booking, "start")

    assert (refused.status_code, refused.json()["code"]) == (409, "person_busy")
    assert fresh(booking).status == "CONFIRMED"


def test_done_early_frees_all_of_them(pair, api):
    world, booking, _second = pair
    with clock.frozen(START):
        done(send(api, world.performer, booking, "start"))
    with clock.frozen(START + HOUR / 2):
        done(send(api, world.performer, booking, "complete"))

    ends = set(BusyBlock.objects.of_booking(booking.pk).values_list("ends_at", flat=True))

    assert ends == {START + HOUR / 2}


def test_one_who_declines_is_replaced_and_the_others_stay(pair, api):
    world, booking, second = pair
    third = world.person("third")

    offered = done(send(api, second.user, booking, "decline", reason_code="SICK"))
    held = busy(booking)
    accepted = done(send(api, world.customer, booking, "accept-replacement"))

    assert (offered["status"], offered["replacement"]["name"]) == ("DECLINED_WITH_OPTION", "third")
    assert held == {"Chidi", "third"} == busy(booking)
    assert (accepted["status"], accepted["staff"]["name"]) == ("CONFIRMED", "Chidi")
    assert fresh(booking).crew == [world.staff.pk, third.pk]
    assert api(second.user).get(f"{URL}{booking.pk}/").status_code == 404


def test_whoever_takes_the_leaders_place_leads(pair, api):
    world, booking, second = pair
    third = world.person("third")
    leader = fresh(booking).staff_member

    done(send(api, leader.user, booking, "decline", reason_code="TOO_FAR"))
    done(send(api, world.customer, booking, "choose-staff", staff=str(third.pk)))
    again = done(send(api, third.user, booking, "decline", reason_code="SICK"))

    assert fresh(booking).staff_member == third
    assert again["status"] == "DECLINED"  # nobody is left who was not asked
    assert (second.pk in fresh(booking).crew) == (leader != second)


def test_where_all_are_needed_nobody_can_stand_in(api, db, drain_outbox):
    world = make_world(service={"assignment": "ALL"})
    booking, second = crew_of(world)

    declined = done(send(api, second.user, booking, "decline", reason_code="SICK"))
    done(send(api, world.customer, booking, "cancel"))
    drain_outbox()

    assert (declined["status"], declined["replacement"]) == ("DECLINED", None)
    assert Notification.objects.filter(notification_type="booking_no_replacement", user=world.owner).exists()
    assert (fresh(booking).status, busy(booking)) == ("CANCELLED_BY_SYSTEM", set())
    assert Balance.objects.get(account__address=addresses.wallet(world.customer.pk, "NGN")).posted == 500_000


def test_it_moves_only_where_all_of_them_are_free(pair, api):
    world, booking, second = pair
    alone = ServiceFactory(business=world.business, performers=[second])
    world.book(service=alone, staff=second, start=START + 4 * HOUR, customer=UserFactory())

    taken = send(api, world.customer, booking, "reschedule", start=(START + 4 * HOUR).isoformat())
    moved = done(send(api, world.customer, booking, "reschedule", start=(START + 6 * HOUR).isoformat()))

    assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    assert moved["starts_at"] == "2026-11-20T15:00:00Z"
    assert set(BusyBlock.objects.of_booking(booking.pk).values_list("starts_at", flat=True)) == {START + 6 * HOUR}
    assert busy(booking) == {"Chidi", "second"}
    assert fresh(booking).changed_at == NOW


def test_everybody_of_a_crew_hears_of_it_and_of_its_end(pair, api):
    world, booking, second = pair
    crew = {world.staff.user_id, second.user_id}

    done(send(api, world.customer, booking, "cancel"))

    for kind in ("booking_confirmed_business", "booking_cancelled_business"):
        told = Notification.objects.filter(notification_type=kind, subject_id=str(booking.pk))
        assert set(told.values_list("user_id", flat=True)) >= crew, kind
