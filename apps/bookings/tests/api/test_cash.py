"""Cash that the desk takes: marked, never in escrow."""

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import User
from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.bookings.tests.api.at_the_desk import URL, book, made, visit
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, let_through, make_world, open_payment
from apps.bookings.visits import visit_link
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.payments.models import Refund

pytestmark = pytest.mark.django_db


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


def test_a_business_that_approves_has_approved_by_taking_the_money(api, db):
    world = make_world(business={"auto_confirm": False})

    assert made(book(api, world, paid_in_cash=True)).status == "CONFIRMED"


def test_free_work_takes_no_cash(api, db):
    world = make_world(service={"price_minor": 0})

    answer = book(api, world, paid_in_cash=True)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert not Booking.objects.exists()
