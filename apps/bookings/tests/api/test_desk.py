"""The desk books for people who stand there or telephone, and notes cash."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations.one_time_codes import note_phone_proven
from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.models import ActionLink, AddedExtra, Booking
from apps.bookings.operations import ExtraToAdd
from apps.bookings.states import ExtraKind
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, let_through, make_world, open_payment, pay
from apps.bookings.visits import visit_link
from apps.catalog.tests.factories import ExtraFactory, ServiceFactory, UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import send_due
from apps.notifications.sms import MemoryBackend
from apps.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"
NGOZI = {"name": "Ngozi Eze", "phone": "+234 803 123 4567"}


def book(api, world, *, who=None, customer=NGOZI, **more):
    body = {"service": str(world.service.pk), "start": START.isoformat(), "customer": customer, **more}
    return api(who or world.desk).post(f"/api/v1/businesses/{world.business.pk}/bookings/", body)


def made(answer):
    assert answer.status_code == 201, answer.json()
    return Booking.objects.with_people().get(pk=answer.json()["data"]["id"])


def test_a_name_and_a_number_are_enough(world, api):
    booking = made(book(api, world))

    guest = booking.customer
    assert (guest.name, guest.phone, guest.email, guest.is_guest) == ("Ngozi Eze", "+2348031234567", None, True)
    assert (booking.status, booking.payment_status) == ("PENDING", "PENDING_PAYMENT")
    assert booking.expires_at == NOW + 30 * MINUTE
    row = booking.history.get()
    assert (row.by, row.acting_as, row.change) == (world.desk, "DESK", "create")
    entry = AuditEntry.objects.get(action="booking.create")
    assert (entry.actor, entry.target_id) == (world.desk, str(booking.pk))
    assert BusyBlock.objects.of_booking(booking.pk).get().holder == guest


def test_the_same_number_is_the_same_guest_and_anothers_is_not(world, api):
    first = made(book(api, world))
    again = made(book(api, world, start=(START + 3 * HOUR).isoformat()))
    with_mail = made(
        book(api, world, start=(START + 6 * HOUR).isoformat(), customer={**NGOZI, "email": "ngozi@example.com"})
    )

    assert first.customer == again.customer != with_mail.customer
    assert with_mail.customer.email == "ngozi@example.com"


def test_a_customer_whom_the_business_knows_is_booked_for_as_themselves(world, api):
    User.objects.filter(pk=world.customer.pk).update(phone_verified_at=NOW)
    caller = {"name": "Ada", "phone": world.customer.phone}
    stranger = make_world()

    unknown = made(book(api, world, customer=caller))
    world.book(start=START + 3 * HOUR)
    known = made(book(api, world, customer=caller, start=(START + 6 * HOUR).isoformat()))
    elsewhere = made(book(api, stranger, customer=caller))

    assert (unknown.customer.is_guest, elsewhere.customer.is_guest) == (True, True)
    assert known.customer == world.customer


def test_an_unproven_number_leads_to_nobodys_account(world, api):
    world.book(start=START + 3 * HOUR)

    assert made(book(api, world, customer={"name": "Ada", "phone": world.customer.phone})).customer.is_guest


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


def visit(link, method="get"):
    return getattr(Client(enforce_csrf_checks=True), method)(link.split("testserver")[-1].split("8000")[-1])


def press(page, act, **more):
    client = page.wsgi_request.COOKIES
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = (
        page.cookies["csrftoken"].value if "csrftoken" in page.cookies else client["csrftoken"]
    )
    return browser.post(page.wsgi_request.path, {**_form(page), "act": act, **more})


def _form(page):
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    return {"csrfmiddlewaretoken": found[1], "token": token[1]}


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


def test_whoever_proves_the_number_has_the_booking_on_their_account(world, api):
    booking = made(book(api, world))
    link = visit_link(booking.pk, booking.customer_id)
    guest = booking.customer
    user = UserFactory(phone=guest.phone, phone_verified_at=None)

    note_phone_proven(user=user, at=NOW)

    assert fresh(booking).customer == user
    guest.refresh_from_db()
    assert (guest.taken_over_by, guest.is_deleted) == (user, True)
    assert api(user).get(f"{URL}{booking.pk}/").status_code == 200
    assert visit(link).status_code == 404
    assert pay(fresh(booking)).status == "CONFIRMED"


def test_a_bookings_customer_does_not_change_otherwise(world, api):
    booking = made(book(api, world))

    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(customer=world.customer)


def test_cash_is_marked_and_never_in_escrow(world, api, drain_outbox):
    answer = book(api, world, paid_in_cash=True)
    booking = made(answer)
    drain_outbox()

    data = answer.json()["data"]
    assert (data["status"], data["payment_status"], data["cash_at"]) == ("CONFIRMED", "CASH", "2026-11-18T09:00:00Z")
    assert not EscrowHold.objects.exists()
    assert BusyBlock.objects.of_booking(booking.pk).get().expires_at is None
    row = booking.history.get(change="confirm")
    assert (row.by, row.acting_as) == (world.desk, "DESK")
    entry = AuditEntry.objects.get(action="booking.cash")
    assert (entry.actor, entry.after["amount_minor"]) == (world.desk, 500_000)
    found = api(world.desk).get(URL, {"payment_status": "CASH"}).json()["data"]
    assert [row["reference"] for row in found["results"]] == [booking.reference]
    timeline = api(world.desk).get(f"{URL}{booking.pk}/timeline/").json()["data"]["results"]
    assert ("paid-in-cash", {"amount": "5000.00", "currency": "NGN"}) in [
        (each["what"], each["amount"]) for each in timeline
    ]


def test_a_cash_job_runs_its_life_without_money_moving(world, api, drain_outbox):
    booking = made(book(api, world, paid_in_cash=True))
    staff = api(world.performer)

    for act in ("start", "complete"):
        assert staff.post(f"{URL}{booking.pk}/{act}/").status_code == 200
    drain_outbox()
    with clock.frozen(NOW + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert "confirm-release" not in visit(visit_link(booking.pk, booking.customer_id)).content.decode()
    assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "CASH")
    assert not EscrowHold.objects.exists()
    wallets = api(world.owner).get("/api/v1/wallet/").json()["data"]
    assert "5000" not in str(wallets)
    assert_ledger_sound()


def test_cash_cannot_be_released_or_refunded(world, api, drain_outbox):
    User.objects.filter(pk=world.customer.pk).update(phone_verified_at=NOW)
    world.book(start=START + 3 * HOUR)
    booking = made(book(api, world, customer={"name": "Ada", "phone": world.customer.phone}, paid_in_cash=True))
    customer = api(world.customer)
    actions = {each["name"]: each for each in customer.get(f"{URL}{booking.pk}/").json()["data"]["available_actions"]}

    release = customer.post(f"{URL}{booking.pk}/confirm-release/")
    initialize = customer.post("/api/v1/payments/initialize/", {"items": [{"type": "BOOKING", "id": str(booking.pk)}]})
    cancel = customer.post(f"{URL}{booking.pk}/cancel/")
    drain_outbox()

    assert (release.status_code, initialize.json()["code"]) == (409, "already_paid")
    assert actions["cancel"]["money_effect"] == (
        "NGN 5000.00 was taken in cash: the business settles it with the customer."
    )
    assert cancel.json()["data"]["payment_status"] == "CASH"
    assert not Refund.objects.exists()


def test_cash_is_taken_for_a_booking_that_awaits_payment(world, api):
    booking = world.book()
    offered = api(world.desk).get(f"{URL}{booking.pk}/").json()["data"]["available_actions"]

    answer = api(world.desk).post(f"{URL}{booking.pk}/cash/", {"reason": "At the counter."})
    again = api(world.desk).post(f"{URL}{booking.pk}/cash/")

    assert "cash" in [each["name"] for each in offered]
    assert (answer.status_code, answer.json()["data"]["payment_status"]) == (200, "CASH")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize("who", ["customer", "performer"])
def test_only_the_desk_takes_cash(world, api, who):
    booking = world.book()

    answer = api(getattr(world, who)).post(f"{URL}{booking.pk}/cash/")

    assert (answer.status_code, fresh(booking).payment_status) == (403, "PENDING_PAYMENT")


def test_cash_too_late_is_refused(world, api):
    booking = world.book()

    with clock.frozen(NOW + 30 * MINUTE):
        answer = api(world.desk).post(f"{URL}{booking.pk}/cash/")

    assert (answer.status_code, fresh(booking).payment_status) == (409, "PENDING_PAYMENT")


def test_money_that_comes_after_the_cash_goes_back_and_the_cash_stays(world, api, drain_outbox):
    booking = world.book()
    payment = open_payment(booking)
    api(world.desk).post(f"{URL}{booking.pk}/cash/")

    let_through(payment)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == ("CONFIRMED", "CASH", 0)
    assert EscrowHold.objects.get().state == "REFUNDED"
    wallet = Balance.objects.get(account__address=addresses.wallet(world.customer.pk, "NGN"))
    assert wallet.posted == 500_000
    assert_ledger_sound()


@pytest.mark.parametrize(
    "change",
    [
        {"payment_status": "HELD", "cash_at": None, "cash_by": None},
        {"cash_by": None},
        {"refunded_minor": 1},
        {"release_due_at": START},
    ],
)
def test_the_database_keeps_cash_as_it_was_noted(world, api, change):
    booking = made(book(api, world, paid_in_cash=True))

    with pytest.raises(DatabaseError, match=r"booking_cash|stays as it was noted"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(**change)


def test_the_database_lets_no_escrow_turn_into_cash(world):
    booking = world.paid()

    with pytest.raises(DatabaseError, match="stays as it was noted"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(payment_status="CASH", cash_at=NOW, cash_by=world.desk)


def test_seats_are_booked_at_the_desk_too(world, api):
    slot = session(world)
    body = {
        "service": str(world.service.pk), "slot": str(slot.pk), "customer": NGOZI, "paid_in_cash": True,
        "participants": [{"name": "Ngozi Eze"}, {"name": "Uche Eze"}],
    }  # fmt: skip

    booking = made(api(world.desk).post(f"/api/v1/businesses/{world.business.pk}/bookings/", body))

    assert (booking.seats, booking.total_minor, booking.payment_status) == (2, 1_000_000, "CASH")


def test_a_business_that_approves_has_approved_by_taking_the_money(api, db):
    world = make_world(business={"auto_confirm": False})

    assert made(book(api, world, paid_in_cash=True)).status == "CONFIRMED"


def test_free_work_takes_no_cash(api, db):
    world = make_world(service={"price_minor": 0})

    answer = book(api, world, paid_in_cash=True)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert not Booking.objects.exists()


def test_who_may_book_for_others(world, api):
    elsewhere = make_world()

    refused = [book(api, world, who=who) for who in (world.customer, world.performer, elsewhere.owner)]
    silent = book(api, world, who=world.ops)
    spoken = book(api, world, who=world.ops, reason="They called the help line.")

    assert {answer.status_code for answer in refused} == {404}
    assert (silent.status_code, silent.json()["code"]) == (400, "reason_missing")
    assert fresh(made(spoken)).changed_as == "OPS"
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"customer": {"name": "Ngozi"}}, 400, "customer"),
        ({"customer": {"name": "Ngozi", "phone": "0803"}}, 400, "customer"),
        ({"customer": {"name": "", "phone": "+2348031234567"}}, 400, "customer"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_bad_input_is_named_and_makes_nothing(world, api, change, status, field):
    answer = book(api, world, **change)

    assert answer.status_code == status
    assert field in str(answer.json()["errors"])
    assert not Booking.objects.exists()
    assert not User.objects.filter(is_guest=True).exists()


def test_a_service_of_another_business_is_not_there(world, api):
    other = ServiceFactory()

    assert book(api, world, service=str(other.pk)).status_code == 404


def test_a_lost_time_leaves_no_guest_behind(world, api):
    world.book()

    answer = book(api, world)

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert len(answer.json()["data"]["next_free"]) == 3
    assert not User.objects.filter(is_guest=True).exists()


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
