"""Who is told what, with which files, and once."""

import pytest
from django.core import mail

from apps.bookings import operations
from apps.bookings.tests.world import HOUR, NOW, START, let_through, make_world, open_payment
from apps.notifications.models import Notification
from apps.notifications.operations import send_due

pytestmark = pytest.mark.django_db


def told(world):
    names = {
        world.customer.pk: "customer", world.owner.pk: "owner", world.performer.pk: "staff", world.desk.pk: "desk",
    }  # fmt: skip
    rows = Notification.objects.filter(notification_type__startswith="booking").order_by("created_at", "pk")
    return {(names.get(row.user_id, "?"), row.notification_type) for row in rows}


def test_creation_tells_customer_and_owner_with_reference_and_calendar_file(world, drain_outbox):
    booking = world.book()
    drain_outbox()
    drain_outbox()

    assert told(world) == {("customer", "booking_created"), ("owner", "booking_created_business")}
    row = Notification.objects.get(notification_type="booking_created")
    assert row.context["reference"] == booking.reference
    assert row.attachments[0]["file_name"] == f"{booking.reference}.ics"


def test_confirmation_is_told_once_however_often_the_gateway_repeats(world):
    booking = world.book()
    payment = open_payment(booking)
    let_through(payment, "repeat")

    assert told(world) == {
        ("customer", "booking_confirmed"), ("owner", "booking_confirmed_business"), ("staff", "booking_confirmed_business"),
    }  # fmt: skip
    assert Notification.objects.filter(notification_type="booking_confirmed").count() == 1


def test_a_paid_booking_that_needs_approval_is_told_to_the_desk_then_to_the_customer(db):
    world = make_world(business={"auto_confirm": False})
    booking = world.paid()
    assert told(world) == {(who, "booking_awaits_approval") for who in ("owner", "desk", "staff")}

    operations.approve_booking(booking_id=booking.pk, by=world.desk, at=NOW)

    assert ("customer", "booking_approved") in told(world)


def test_rejection_says_why(world):
    booking = world.book()

    operations.reject_booking(booking_id=booking.pk, reason="Closed.", by=world.owner, at=NOW)

    row = Notification.objects.get(notification_type="booking_rejected")
    assert (row.user_id, row.context["reason"]) == (world.customer.pk, "Closed.")


def test_cancellation_tells_both_sides_and_takes_the_calendar_back(world):
    booking = world.paid()

    operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=START - HOUR, reason="Ill.")

    assert {("customer", "booking_cancelled"), ("owner", "booking_cancelled_business")} <= told(world)
    row = Notification.objects.get(notification_type="booking_cancelled")
    assert row.attachments[0]["is_cancelled"] is True
    assert row.context["cancelled_by"] == "Ada Obi"


def test_the_end_of_the_work_asks_how_it_was(world):
    world.completed()

    kinds = set(Notification.objects.filter(user=world.customer).values_list("notification_type", flat=True))
    assert {"booking_started", "booking_completed", "review_request"} <= kinds


def test_expiry_tells_both_sides_that_it_was_not_paid(world, drain_outbox):
    booking = world.book()
    operations.expire_bookings([booking.pk], at=booking.expires_at)
    drain_outbox()

    assert {("customer", "booking_expired"), ("owner", "booking_expired_business")} <= told(world)
    assert ("owner", "booking_cancelled_business") not in told(world)


def test_a_reason_that_the_platform_gives_is_said_in_the_readers_language(world, drain_outbox, api):
    world.customer.language = "fr"
    world.customer.save()
    old = world.book()
    world.book()
    drain_outbox()
    drain_outbox()
    send_due(at=NOW)

    (letter,) = [each for each in mail.outbox if each.to == [world.customer.email] and "annulée" in each.subject]
    assert "Réservé à nouveau." in letter.body
    for language, reason in (("fr", "Réservé à nouveau."), ("en", "Booked anew.")):
        told = api(world.customer, **{"Accept-Language": language}).get(f"/api/v1/bookings/{old.pk}/timeline/").json()
        assert told["data"]["results"][-1]["reason"] == reason
