"""A course of three evenings: booked for two, paid for once, and each evening with an end of its own; over HTTP."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger.models import Balance
from apps.ledger.testing import assert_ledger_sound
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]
WEEK = timedelta(days=7)
EVENINGS = [START + number * WEEK for number in range(3)]


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


class Play:
    """What the people of the story do, each with a client of their own."""

    def __init__(self):
        self.world = make_world(service={"price_minor": 400_000})
        self.ada, self.desk, self.host = (
            self._client(user) for user in (self.world.customer, self.world.desk, self.world.performer)
        )

    def _client(self, user):
        made = APIClient()
        made.force_authenticate(user)
        return made

    def offer(self):
        """The desk schedules three evenings and makes a course of them."""
        service = self.world.service.pk
        plan = {
            "date": "2026-11-20", "start_time": "10:00", "seats": 6, "rrule": "FREQ=WEEKLY;COUNT=3",
            "staff": str(self.world.staff.pk),
        }  # fmt: skip
        sessions = said(self.desk.post(f"/api/v1/services/{service}/schedule/", plan), 201)["sessions"]
        asked = {
            "service": str(service), "title": "Pottery", "price": {"amount": "10000.00", "currency": "NGN"},
            "slots": [each["slot"] for each in sessions],
        }  # fmt: skip
        address = f"/api/v1/availability/businesses/{self.world.business.pk}/courses/"
        return said(self.desk.post(address, asked), 201)

    def course(self, booked):
        return said(self.ada.get(f"/api/v1/courses/bookings/{booked['id']}/"), 200)

    def session(self, slot, act, client, body=None):
        method = client.patch if act == "attendance" else client.post
        return said(method(f"/api/v1/availability/slots/{slot}/{act}/", body or {}), 200)

    def balance(self, account):
        return Balance.objects.filter(account__address=account).values_list("posted", flat=True).first() or 0


def said(answer, status):
    assert answer.status_code == status, answer.json()
    return answer.json()["data"]


def work(at):
    """What workers and the beat would have done by now; hooks of the sandbox arrive by the customer's own question."""
    OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    while outbox.drain(at=at):
        OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    run_sweep("ledger.release_due", at=at)


def test_three_evenings_three_ends():
    play = Play()
    world = play.world
    states = []

    # The course is found, booked for two, and paid for once.
    offered = play.offer()
    [found] = said(APIClient().get("/api/v1/courses/", {"business": str(world.business.pk)}), 200)["results"]
    assert (found["id"], found["free"], found["saved"]["amount"]) == (offered["id"], 6, "2000.00")
    people = {"participants": [{"name": "Ada"}, {"name": "Bola"}]}
    booked = said(play.ada.post(f"/api/v1/courses/{found['id']}/book/", people), 201)
    states.append((booked["status"], booked["payment_status"]))
    [pay] = [each for each in booked["available_actions"] if each["name"] == "pay"]
    started = said(play.ada.post(pay["path"], pay["body"]), 201)
    said(APIClient().post(f"/api/v1/sandbox/checkout/{started['reference']}/", {"act": "approve"}), 200)
    said(play.ada.get(f"/api/v1/payments/verify/{started['reference']}/"), 200)
    work(NOW)
    shown = play.course(booked)
    states.append((shown["status"], shown["payment_status"]))
    assert [each["total"]["amount"] for each in shown["sessions"]] == ["6666.67", "6666.67", "6666.66"]
    assert Payment.objects.get().amount_minor == 2_000_000
    slots = [each["slot"] for each in shown["sessions"]]

    # The first evening takes place; Bola does not come.
    with clock.frozen(EVENINGS[0]):
        play.session(slots[0], "start", play.host)
        states.append((play.course(booked)["status"], play.course(booked)["payment_status"]))
        seated = said(play.host.get(f"/api/v1/availability/slots/{slots[0]}/roster/"), 200)["participants"]
        marks = [
            {"id": seated[0]["id"], "attendance": "PRESENT"},
            {"id": seated[1]["id"], "attendance": "ABSENT", "note": "Rang in ill."},
        ]
        play.session(slots[0], "attendance", play.host, {"participants": marks})
    with clock.frozen(EVENINGS[0] + HOUR):
        play.session(slots[0], "complete", play.host)
        work(clock.now())
        shown = play.course(booked)
    states.append((shown["status"], shown["payment_status"]))
    assert [person["attendance"] for person in shown["sessions"][0]["participants"]] == ["PRESENT", "ABSENT"]
    assert {person["note"] for person in shown["sessions"][0]["participants"]} == {None}

    # Ada gives up the second evening an hour before it: half of its share stays with the business.
    with clock.frozen(EVENINGS[1] - HOUR):
        work(clock.now())
        given_up = play.ada.post(f"/api/v1/bookings/{shown['sessions'][1]['id']}/cancel/", {})
        assert said(given_up, 200)["status"] == "CANCELLED"
        work(clock.now())
        shown = play.course(booked)
    states.append((shown["status"], shown["payment_status"]))
    assert [each["refunded"]["amount"] for each in shown["sessions"]] == ["0.00", "3333.33", "0.00"]

    # The business calls the third evening off: all of its share comes back.
    with clock.frozen(EVENINGS[2] - HOUR):
        work(clock.now())
        play.session(slots[2], "call-off", play.desk, {"reason": "The kiln broke."})
        work(clock.now())
        shown = play.course(booked)
    states.append((shown["status"], shown["payment_status"]))
    assert [each["status"] for each in shown["sessions"]] == ["COMPLETED", "CANCELLED", "CANCELLED"]
    assert (shown["refunded"]["amount"], shown["available_actions"]) == ("9999.99", [])

    assert states == [
        ("PENDING", "PENDING_PAYMENT"), ("CONFIRMED", "HELD"), ("IN_PROGRESS", "HELD"), ("IN_PROGRESS", "HELD"),
        ("IN_PROGRESS", "HELD"), ("COMPLETED", "PARTIALLY_REFUNDED"),
    ]  # fmt: skip
    # 6,666.67 and the kept 3,333.34 are the business's, less 5 % each; the rest is in Ada's wallet; escrow is empty.
    business, customer = world.business.pk, world.customer.pk
    assert play.balance(addresses.wallet(customer, "NGN")) == 999_999
    assert play.balance(addresses.business_available(business, "NGN")) == 666_667 - 33_333 + 333_334 - 16_667
    assert_ledger_sound()
