"""Who may know how to reach the customer, when, and the note of every time they asked."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.bookings import operations
from apps.bookings.models import Booking, ContactReveal
from apps.bookings.tests.world import START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db
HOME = "7 Bourdillon Road"


@pytest.fixture
def visiting(db):
    return make_world(service={"places": ["AT_CUSTOMER"]})


def contact(client, booking, channel="CALL", **more):
    return client.post(f"/api/v1/bookings/{booking.pk}/contact/", {"channel": channel, **more})


def test_each_tap_gives_the_contact_and_is_logged(visiting, api):
    booking = visiting.paid(address=HOME)
    staff = api(visiting.performer)

    answers = [contact(staff, booking, channel).json()["data"] for channel in ("CALL", "SMS", "EMAIL", "ADDRESS")]

    customer = visiting.customer
    assert [each["value"] for each in answers] == [customer.phone, customer.phone, customer.email, HOME]
    logged = ContactReveal.objects.order_by("at", "id").values_list("channel", "by", "acting_as", "at")
    assert list(logged) == [
        (channel, visiting.performer.pk, "STAFF", clock.now()) for channel in ("CALL", "SMS", "EMAIL", "ADDRESS")
    ]
    assert AuditEntry.objects.filter(action="booking.contact_revealed", actor=visiting.performer).count() == 4


def test_both_sides_read_it_in_the_timeline_and_only_the_business_who_it_was(visiting, api):
    booking = visiting.paid(address=HOME)
    contact(api(visiting.performer), booking)

    def told(who):
        entries = api(who).get(f"/api/v1/bookings/{booking.pk}/timeline/").json()["data"]["results"]
        return [(each["acting_as"], each["by"], each["reason"]) for each in entries if each["what"] == "contact"]

    assert told(visiting.owner) == [("STAFF", visiting.performer.name, "CALL")]
    assert told(visiting.customer) == [("STAFF", "", "CALL")]


def test_it_is_given_only_while_the_job_is_on(db, api):
    world = make_world(service={"places": ["AT_CUSTOMER"]}, business={"auto_confirm": False})
    booking = world.paid(address=HOME)
    staff = api(world.performer)

    def seen():
        shown = staff.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]
        with clock.frozen(START):
            day = staff.get("/api/v1/staff/schedule/", {"date": "2026-11-20"}).json()["data"]["jobs"][0]
        assert (day["contact"], day["address"]) == (shown["contact"], shown["address"])
        return contact(staff, booking).status_code, shown["contact"] is not None, shown["address"]

    hidden, given = (409, False, None), (200, True, HOME)
    assert seen() == hidden
    operations.approve_booking(booking_id=booking.pk, by=world.desk, at=clock.now())
    assert seen() == given
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    assert seen() == given
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    assert seen() == hidden
    assert ContactReveal.objects.count() == 2
    assert HOME not in str(staff.get("/api/v1/bookings/").json())
    assert api(world.desk).get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["address"] == HOME


def test_letters_to_staff_say_the_address_only_while_the_job_is_on(db, drain_outbox):
    world = make_world(service={"places": ["AT_CUSTOMER"]}, business={"auto_confirm": False})
    booking = world.paid(address=HOME)
    operations.approve_booking(booking_id=booking.pk, by=world.desk, at=clock.now())
    operations.cancel_booking(booking_id=booking.pk, by=world.desk, at=clock.now())
    drain_outbox()

    def told(person):
        rows = Notification.objects.filter(user=person, notification_type__startswith="booking_")
        return {row.notification_type: HOME in str((row.context, row.attachments)) for row in rows}

    assert told(world.performer) == {
        "booking_awaits_approval": False, "booking_confirmed_business": True, "booking_cancelled_business": False,
    }  # fmt: skip
    assert told(world.owner) == {
        "booking_created_business": True, "booking_awaits_approval": True, "booking_cancelled_business": True,
    }  # fmt: skip


def test_what_the_customer_left_empty_cannot_be_given(world, api):
    booking = world.paid()

    answer = contact(api(world.performer), booking, "ADDRESS")

    assert (answer.status_code, answer.json()["code"]) == (409, "contact_missing")
    assert not ContactReveal.objects.exists()


def test_who_may_ask(world, api):
    booking = world.paid()

    assert contact(api(world.desk), booking).status_code == 200
    assert contact(api(world.ops), booking).json()["code"] == "reason_missing"
    assert contact(api(world.ops), booking, reason="A complaint.").status_code == 200
    assert contact(api(world.customer), booking).status_code == 403
    assert contact(api(UserFactory()), booking).status_code == 404
    assert contact(api(world.performer), booking, "PIGEON").status_code == 400
    assert "contact" in str(
        api(world.performer).get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["available_actions"]
    )


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_log_cannot_be_rewritten(world, api, change):
    booking = world.paid()
    contact(api(world.performer), booking)
    acts = {
        "update": lambda: ContactReveal.objects.update(channel="SMS"),
        "delete": lambda: ContactReveal.objects.all().delete(),
    }

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        acts[change]()

    assert ContactReveal.objects.get().channel == "CALL"
    assert Booking.objects.get().pk == booking.pk


def test_the_log_knows_its_channels(world):
    booking = world.paid()

    with pytest.raises(IntegrityError, match="reveal_channel_known"), transaction.atomic():
        ContactReveal.objects.create(
            booking=booking, channel="PIGEON", by=world.performer, acting_as="STAFF", at=clock.now()
        )
