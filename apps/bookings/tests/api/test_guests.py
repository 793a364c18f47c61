"""Guests, who have no account: the link to pay, the page of their booking, what goes back to them."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.accounts.operations.one_time_codes import note_phone_proven
from apps.bookings import operations
from apps.bookings.models import ActionLink, AddedExtra, Booking
from apps.bookings.operations import ExtraToAdd
from apps.bookings.states import ExtraKind
from apps.bookings.tests.api.at_the_desk import _form, book, made, press, visit
from apps.bookings.tests.world import HOUR, NOW, START, fresh, let_through, pay
from apps.bookings.visits import visit_link
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.core import clock
from apps.ledger import addresses
from apps.ledger.models import Balance
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import send_due
from apps.notifications.sms import MemoryBackend
from apps.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db


def test_the_guest_is_sent_a_link_by_sms_and_pays_without_signing_in(world, api, drain_outbox):
    booking = made(book(api, world))
    drain_outbox()
    told = Notification.objects.get(user=booking.customer, notification_type="booking_created")
    link = visit_link(booking.pk, booking.customer_id)
    assert link not in str(told.context)  # kept as a secret is
    send_due(at=clock.now())
    send_due(at=clock.now())
    sms = DeliveryLog.objects.get(notification=told, channel="SMS")
    assert (sms.state, sms.address) == ("SENT", "+2348031234567")

    page = visit(link)
    answer = press(page, "pay")

    assert page.status_code == 200
    assert (answer.status_code, Payment.objects.get().payer) == (200, booking.customer)
    assert f'href="{Payment.objects.get().checkout_url}"' in answer.content.decode()
    let_through(Payment.objects.get())
    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")
    assert "Confirmed" in visit(link).content.decode()
    assert_ledger_sound()


def test_a_guest_who_has_paid_is_sent_the_link_to_manage_it_by_too(world, api, drain_outbox):
    booking = made(book(api, world, paid_in_cash=True))
    link = visit_link(booking.pk, booking.customer_id)
    MemoryBackend.outbox.clear()

    drain_outbox()
    send_due(at=clock.now())
    send_due(at=clock.now())

    texts = [message["text"] for message in MemoryBackend.outbox if message["to"] == "+2348031234567"]
    assert len(texts) == 2
    assert all(text.endswith(f"See or cancel it: {link}") for text in texts), texts
    assert "Cancel this booking" in visit(link).content.decode()


def test_what_a_guest_paid_goes_back_the_way_it_came(world, api, drain_outbox):
    booking = pay(made(book(api, world)))
    link = visit_link(booking.pk, booking.customer_id)

    page = visit(link)
    done = press(page, "cancel")
    drain_outbox()

    assert "You paid ₦5,000.00. All of it comes back to you." in page.content.decode()
    assert "The money goes back the way it came." in page.content.decode()
    assert "Your booking is cancelled." in done.content.decode()
    assert (fresh(booking).status, Refund.objects.get().destination) == ("CANCELLED", "GATEWAY")
    assert not Balance.objects.filter(
        account__address=addresses.wallet(booking.customer_id, "NGN"), posted__gt=0
    ).exists()


def test_a_guest_moves_the_booking_on_the_page_of_times(world, api, drain_outbox):
    booking = pay(made(book(api, world)))
    link = visit_link(booking.pk, booking.customer_id)
    page, later = visit(link), (START + 5 * HOUR).isoformat()

    onward = press(page, "reschedule")
    assert (onward.status_code, fresh(booking).starts_at) == (302, START)
    times = visit(onward["Location"])
    assert f'value="{later}"' in times.content.decode()
    done = press(times, "", to=later)

    assert "Your booking has moved." in done.content.decode()
    assert fresh(booking).starts_at == START + 5 * HOUR
    assert link in done.content.decode()  # a guest has no app to see it in
    assert "does nothing any more" in visit(onward["Location"]).content.decode()
    with clock.frozen(START + 5 * HOUR):
        assert press(page, "reschedule").status_code == 409
    assert ActionLink.objects.filter(booking=booking, action="RESCHEDULE", used_at__isnull=False).count() == 1


def test_the_page_speaks_the_readers_language(world, api, drain_outbox):
    booking = made(book(api, world))
    address = visit_link(booking.pk, booking.customer_id).split("testserver")[-1].split("8000")[-1]
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "fr"})

    page = browser.get(address)
    read = page.content.decode()
    refused = browser.post("/visit/", {**_form(page), "act": "confirm-release"})
    ended = browser.get("/visit/?token=none")

    assert '<html lang="fr">' in read
    assert "Payer maintenant" in read
    assert "Annuler cette réservation" in read
    assert "restent en sûreté chez nous" in read
    assert (refused.status_code, ended.status_code) == (409, 404)
    assert "Ce lien ne fait plus rien" in ended.content.decode()
    english = re.compile(r"\b(the|your|booking|until|pay)\b", re.IGNORECASE)
    for each in (page, refused, ended):
        assert english.findall(re.sub(r"<[^>]+>", " ", each.content.decode().partition("<main>")[2])) == []


def test_opening_the_link_again_and_again_changes_nothing(world, api):
    booking = made(book(api, world))
    link = visit_link(booking.pk, booking.customer_id)
    before = Booking.objects.filter(pk=booking.pk).values().get()

    statuses = [visit(link, method).status_code for method in ("get", "head") * 3]

    assert set(statuses) == {200}
    assert Booking.objects.filter(pk=booking.pk).values().get() == before
    assert not Payment.objects.exists()
    assert visit(link)["Referrer-Policy"] == "same-origin"


def test_without_the_forms_own_token_nothing_is_done(world, api):
    booking = made(book(api, world))
    token = visit_link(booking.pk, booking.customer_id).partition("token=")[2]

    answer = Client(enforce_csrf_checks=True).post("/visit/", {"token": token, "act": "cancel"})

    assert (answer.status_code, fresh(booking).status) == (403, "PENDING")


def test_links_that_do_not_open(world, api):
    booking, other = made(book(api, world)), world.book(start=START + 3 * HOUR)
    link = visit_link(booking.pk, booking.customer_id)
    tampered = link.replace(booking.pk.hex, other.pk.hex)
    of_an_account = visit_link(other.pk, other.customer_id)

    for address in (tampered, link[:-1], f"{link[:-10]}", of_an_account, "/visit/", "/visit/?token=%00"):
        answer = visit(address)
        assert answer.status_code in {400, 404}, address
        assert booking.reference not in answer.content.decode()
    with clock.frozen(booking.ends_at + 14 * 24 * HOUR):
        assert visit(link).status_code == 404


def test_what_was_added_to_a_guests_job_is_paid_by_link_and_goes_with_the_booking(world, api, drain_outbox):
    booking = pay(made(book(api, world)))
    stones = ExtraFactory(service=world.service, name="Hot stones", price_minor=120_000)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=NOW)
    item = ExtraToAdd(kind=ExtraKind.EXTRA, id=stones.pk)
    operations.add_extras(booking_id=booking.pk, items=[item], by=world.performer, at=NOW)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)
    link = visit_link(booking.pk, booking.customer_id)

    page = visit(link)
    answer = press(page, "pay-extras")

    assert "Pay ₦1,200.00 for extras" in page.content.decode()
    assert (answer.status_code, Payment.objects.order_by("-pk").first().amount_minor) == (200, 120_000)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        AddedExtra.objects.update(customer=world.customer)
    user = UserFactory(phone=booking.customer.phone, phone_verified_at=None)
    note_phone_proven(user=user, at=NOW)
    assert AddedExtra.objects.get().customer == user


def test_a_guest_lets_the_money_go_by_the_link(world, api):
    booking = pay(made(book(api, world)))
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=NOW)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)
    page = visit(visit_link(booking.pk, booking.customer_id))

    done = press(page, "confirm-release")
    again = press(page, "confirm-release")
    unknown = press(page, "approve")

    assert (done.status_code, fresh(booking).payment_status) == (200, "RELEASED")
    assert (again.status_code, unknown.status_code) == (409, 400)
    assert "no money waiting" in again.content.decode()
