"""The desk gives a booking to somebody else."""

import pytest

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, START, decline, fresh, make_world
from apps.catalog.tests.factories import StaffMemberFactory, UserFactory
from apps.core.models import AuditEntry
from apps.ledger import addresses
from apps.ledger.models import Balance
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


def give(api, booking, staff, who, **more):
    return api(who).post(f"{URL}{booking.pk}/reassign/", {"staff": str(staff.pk), **more})


def test_somebody_else_does_it_and_everybody_is_told(world, api):
    booking, other = world.paid(), world.person("Efe")

    answer = give(api, booking, other, world.desk, reason="Chidi is needed elsewhere.")

    assert (answer.status_code, answer.json()["data"]["staff"]["name"]) == (200, "Efe")
    assert (fresh(booking).status, fresh(booking).starts_at) == ("CONFIRMED", START)
    assert [block.staff_member for block in BusyBlock.objects.of_booking(booking.pk)] == [other]
    row = booking.history.get(change="reassign")
    assert (row.by, row.acting_as, row.staff_member, row.reason) == (
        world.desk, "DESK", other, "Chidi is needed elsewhere.",
    )  # fmt: skip
    assert AuditEntry.objects.get(action="booking.reassign").actor == world.desk
    told = set(Notification.objects.values_list("user_id", "notification_type"))
    assert (world.performer.pk, "booking_taken_off") in told
    assert (other.user_id, "booking_handed_over_business") in told
    assert (world.customer.pk, "booking_handed_over") in told
    assert api(world.performer).get(f"{URL}{booking.pk}/").status_code == 404


def test_an_owners_premium_goes_back_and_none_is_asked_later(world, api, drain_outbox):
    owner = world.owner_as_staff()
    booking = world.paid(staff=owner)

    assert give(api, booking, world.staff, world.desk).status_code == 200
    drain_outbox()
    assert give(api, booking, owner, world.desk).status_code == 200

    assert fresh(booking).total_minor == 500_000
    assert Balance.objects.get(account__address=addresses.wallet(world.customer.pk, "NGN")).posted == 250_000
    assert_ledger_sound()


def test_who_cannot_do_it_is_refused_and_nothing_changes(world, api):
    booking, other, stranger = world.paid(), world.person("Efe"), StaffMemberFactory()
    before = Booking.objects.filter(pk=booking.pk).values().get()
    world.book(staff=other, customer=UserFactory())

    refused = [
        give(api, booking, staff, who).json()["code"]
        for staff, who in (
            (other, world.desk), (stranger, world.desk), (world.staff, world.desk), (other, world.customer),
            (other, world.performer), (other, world.ops),
        )
    ]  # fmt: skip

    assert refused == [
        "slot_taken", "staff_unknown", "wrong_state", "action_not_allowed", "action_not_allowed", "reason_missing",
    ]  # fmt: skip
    assert Booking.objects.filter(pk=booking.pk).values().get() == before


def test_what_is_being_paid_for_keeps_its_person(world, api):
    booking, other = world.book(), world.person("Efe")

    answer = give(api, booking, other, world.desk)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_paid")


def test_whoever_declined_it_is_not_given_it_back(world, api):
    world.person("Efe")
    booking = world.paid()
    decline(booking)
    api(world.customer).post(f"{URL}{booking.pk}/accept-replacement/")

    assert give(api, booking, world.staff, world.desk).json()["code"] == "staff_declined"


def test_one_of_a_crew_is_replaced(api, db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    second = world.person("second")
    booking = world.paid(staff=None)
    third = world.person("third")

    answer = give(api, booking, third, world.desk, instead_of=str(second.pk))

    assert answer.status_code == 200, answer.json()
    assert set(fresh(booking).crew) == {world.staff.pk, third.pk}
    assert set(BusyBlock.objects.of_booking(booking.pk).values_list("staff_member_id", flat=True)) == {
        world.staff.pk, third.pk,
    }  # fmt: skip
    assert fresh(booking).ends_at == START + HOUR
