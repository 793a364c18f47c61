"""Opening a dispute: whose, when, and what it freezes."""

import pytest

from apps.bookings import operations as bookings
from apps.bookings.tests.world import HOUR, NOW, START, fresh
from apps.core import clock
from apps.core.models import AuditEntry
from apps.disputes.models import Dispute
from apps.disputes.tests.api.disputing import DAY, FILE, detail, fresh_booking, holds, naira, names, opened, told
from apps.disputes.tests.conftest import BODY, with_extra
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.payments import operations as payments

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


def test_a_customer_disputes_a_job_and_its_money_is_frozen(world, api):
    booking, customer = world.completed(), api(world.customer)
    offered = {each["name"]: each for each in detail(customer, booking)["available_actions"]}["dispute"]
    assert (offered["enabled"], offered["deadline"]) == (True, "2026-11-19T09:00:00Z")

    answer = opened(customer, booking, amount=naira("2500.00"), evidence=[FILE])

    assert answer.status_code == 201, answer.json()
    shown = answer.json()["data"]
    assert shown["about"] == {
        "type": "BOOKING", "id": str(booking.pk), "reference": booking.reference, "title": "Massage at Serenity Spa",
    }  # fmt: skip
    assert (shown["state"], shown["reason"], shown["note"]) == ("OPEN", "POOR_WORK", BODY["note"])
    assert (shown["frozen"], shown["asked"], shown["refund"]) == (naira("5000.00"), naira("2500.00"), None)
    assert [(each["unit_type"], each["state"]) for each in shown["holds"]] == [("BOOKING", "FROZEN")]
    assert [(each["side"], each["file_name"]) for each in shown["evidence"]] == [("CUSTOMER", FILE["file_name"])]
    assert shown["due_at"] == "2026-11-21T09:00:00Z"
    assert names(answer) == ["message", "withdraw"]
    assert fresh(booking).payment_status == "FROZEN"
    assert told("dispute_opened") == {world.customer.pk, world.owner.pk, world.desk.pk}
    assert told("dispute_opened_ops") == {world.ops.pk}
    assert AuditEntry.objects.get(action="dispute.opened").actor == world.customer
    assert "dispute" not in [each["name"] for each in detail(customer, booking)["available_actions"]]


def test_frozen_money_is_released_neither_by_the_sweep_nor_by_the_customer(world, api, dispute):
    booking = fresh_booking(dispute)

    assert ledger.release_due_holds(at=NOW + 10 * DAY, limit=10) == 0
    answer = api(world.customer).post(f"/api/v1/bookings/{booking.pk}/confirm-release/")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert holds() == ["FROZEN"]


def test_after_the_release_it_is_too_late(world, api):
    booking = world.completed()
    bookings.confirm_release(booking_id=booking.pk, by=world.customer, at=NOW)

    answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert holds() == ["RELEASED"]
    assert not Dispute.objects.exists()


def test_when_the_time_is_over_it_is_too_late_though_nobody_has_released_yet(world, api):
    booking = world.completed()

    with clock.frozen(NOW + DAY):
        answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert holds() == ["PENDING_CLEARANCE"]


def test_a_second_dispute_about_the_same_is_refused(world, api, dispute):
    answer = opened(api(world.customer), fresh_booking(dispute))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_disputed")
    assert Dispute.objects.count() == 1


@pytest.mark.parametrize("who", ["performer", "desk", "owner", "ops"])
def test_nobody_but_the_customer_disputes(world, api, who):
    booking = world.completed()

    answer = opened(api(getattr(world, who)), booking)

    assert answer.status_code == 403
    assert holds() == ["PENDING_CLEARANCE"]


def test_a_job_that_is_not_over_cannot_be_disputed(world, api):
    booking = world.paid()

    answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert holds() == ["HELD"]


@pytest.mark.parametrize("amount", [naira("5000.01"), {"amount": "10.00", "currency": "USD"}])
def test_nobody_asks_for_more_than_is_held_or_in_another_currency(world, api, amount):
    booking = world.completed()

    answer = opened(api(world.customer), booking, amount=amount)

    assert (answer.status_code, answer.json()["code"]) == (400, "asked_too_much")
    assert holds() == ["PENDING_CLEARANCE"]
    assert not Dispute.objects.exists()


def test_a_paid_extra_is_frozen_with_its_job(world, api):
    booking, _added = with_extra(world)

    answer = opened(api(world.customer), booking)

    assert answer.json()["data"]["frozen"] == naira("6000.00")
    assert {(each["unit_type"], each["state"]) for each in answer.json()["data"]["holds"]} == {
        ("BOOKING", "FROZEN"), ("EXTRA", "FROZEN"),
    }  # fmt: skip
    assert ledger.release_due_holds(at=NOW + 10 * DAY, limit=10) == 0


def test_what_a_late_cancellation_keeps_can_be_disputed(world, api):
    booking = world.paid()
    late = START - HOUR
    with clock.frozen(late):
        bookings.cancel_booking(booking_id=booking.pk, by=world.customer, at=late)
        payments.carry_out_due_refunds(late, 10)
        kept = EscrowHold.objects.get().left_minor

        answer = opened(api(world.customer), booking)

    assert 0 < kept < 500_000
    assert answer.status_code == 201, answer.json()
    assert answer.json()["data"]["frozen"] == naira(f"{kept / 100:.2f}")
