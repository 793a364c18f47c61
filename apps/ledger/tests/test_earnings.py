"""Earnings over HTTP: each job's share, sums by period in the business's own days, and who sees them."""

import pytest

from apps.bookings.tests.api.test_tips import tip
from apps.bookings.tests.conftest import _no_gateway_is_left_over  # noqa: F401  # the same for everybody who pays
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.catalog.tests.factories import BusinessFactory
from apps.core import clock
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import ReleaseReason
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import earn, of_business, of_person

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR
EARNINGS, SUMMARY = "/api/v1/practitioner/earnings/", "/api/v1/practitioner/earnings/summary/"
LINES = "/api/v1/practitioner/transactions/"


def naira(amount):
    return {"amount": amount, "currency": "NGN"}


@pytest.fixture
def world():
    """One job that waits, one that clears, one that was released, of 5,000 each."""
    made = make_world(service={"price_minor": 500_000})
    made.paid()
    made.completed(start=START + DAY)
    released = made.completed(start=START + 2 * DAY)
    hold = EscrowHold.objects.get(unit_id=released.pk)
    ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=made.customer, at=clock.now())
    return made


def test_each_job_shows_whose_its_money_is(api, world):
    rows = api(world.owner).get(EARNINGS).json()["data"]["results"]

    assert sorted(row["state"] for row in rows) == ["HELD", "PENDING_CLEARANCE", "RELEASED"]
    for row in rows:
        assert (row["gross"], row["commission"], row["net"]) == (naira("5000.00"), naira("250.00"), naira("4750.00"))
        assert (row["commission_percent"], row["commission_rule"], row["unit_type"]) == ("5.00", "STANDARD", "BOOKING")
    waiting = api(world.owner).get(f"{EARNINGS}?state=HELD&business={world.business.pk}&currency=NGN").json()["data"]
    assert [row["state"] for row in waiting["results"]] == ["HELD"]


def test_sums_by_where_the_money_lies(api, world):
    summary = api(world.owner).get(SUMMARY).json()["data"]

    assert (summary["time_zone"], summary["periods"]) == ("Africa/Lagos", [])
    (total,) = summary["totals"]
    assert (total["starts_on"], total["jobs"], total["gross"], total["commission"], total["net"]) == (
        None, 3, naira("15000.00"), naira("750.00"), naira("14250.00"),
    )  # fmt: skip
    assert (total["waiting"], total["clearing"], total["frozen"], total["released"]) == (
        naira("4750.00"), naira("4750.00"), naira("0.00"), naira("4750.00"),
    )  # fmt: skip


def test_what_is_disputed_is_told_apart(api, world):
    hold = EscrowHold.objects.get(state="PENDING_CLEARANCE")
    ledger.freeze_hold(hold_id=hold.pk, reason="Disputed.", by=world.ops, at=clock.now())

    (total,) = api(world.owner).get(SUMMARY).json()["data"]["totals"]
    assert (total["clearing"], total["frozen"]) == (naira("0.00"), naira("4750.00"))


def test_periods_begin_by_the_clock_of_the_business(api, world):
    with clock.frozen(NOW.replace(day=30, hour=23, minute=30)):  # the first of December in Lagos
        world.paid(start=START + 20 * DAY)

    months = api(world.owner).get(f"{SUMMARY}?period=month").json()["data"]["periods"]
    days = api(world.owner).get(f"{SUMMARY}?period=day&from=2026-12-01&to=2026-12-01").json()["data"]
    weeks = api(world.owner).get(f"{SUMMARY}?period=week").json()["data"]["periods"]

    assert [(row["starts_on"], row["jobs"]) for row in months] == [("2026-12-01", 1), ("2026-11-01", 3)]
    assert [(row["starts_on"], row["jobs"]) for row in days["periods"]] == [("2026-12-01", 1)]
    assert [row["starts_on"] for row in weeks] == ["2026-11-30", "2026-11-16"]


def test_a_performers_tips_are_their_own(api, world):
    tip(api, world.completed(start=START + 5 * DAY))
    (total,) = api(world.performer).get(SUMMARY).json()["data"]["totals"]
    assert (total["jobs"], total["tips"], total["gross"]) == (0, naira("200.00"), naira("0.00"))
    (of_owner,) = api(world.owner).get(SUMMARY).json()["data"]["totals"]
    assert of_owner["tips"] == naira("0.00")
    assert api(world.performer).get(EARNINGS).json()["data"]["results"] == []


def test_statement_lines_are_those_of_work_and_not_of_the_wallet(api, world):
    earn(PayoutKind.WALLET, of_person(world.owner), 70_000)
    earn(PayoutKind.TIPS, of_person(world.owner), 30_000)
    lines = api(world.owner).get(LINES).json()["data"]["results"]

    assert sorted(line["amount"]["amount"] for line in lines) == ["300.00", "4750.00"]
    csv = api(world.owner).get(f"{LINES}?format=csv")
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert b"".join(csv.streaming_content).count(b"\n") == 3


def test_others_see_nothing_of_it_and_employees_are_refused(api, world):
    other = BusinessFactory()
    assert api(other.owner).get(EARNINGS).json()["data"]["results"] == []
    assert api(other.owner).get(SUMMARY).json()["data"]["totals"] == []
    for address in (EARNINGS, SUMMARY):
        refused = api(other.owner).get(f"{address}?business={world.business.pk}")
        assert (refused.status_code, refused.json()["code"]) == (404, "business_not_found")
    for person in (world.desk, world.customer):
        for address in (EARNINGS, SUMMARY, LINES):
            assert api(person).get(address).status_code == 403


def test_an_owner_of_two_businesses_in_two_currencies_has_two_sums(api, world):
    second = BusinessFactory(owner=world.owner, currency="USD")
    earn(PayoutKind.BUSINESS, of_business(second), 10_000, "USD")
    summary = api(world.owner).get(f"{SUMMARY}?currency=NGN").json()["data"]

    assert [row["currency"] for row in summary["totals"]] == ["NGN"]
    assert summary["time_zone"] == world.owner.time_zone


@pytest.mark.parametrize("address", [EARNINGS, f"{SUMMARY}?period=day", LINES])
def test_more_jobs_cost_no_more_queries(api, world, count_queries, address):
    client = api(world.owner)
    client.get(address)
    with count_queries() as before:
        client.get(address)
    for number in range(3, 5):
        world.paid(start=START + number * DAY)
    with count_queries() as after:
        client.get(address)

    assert len(before) == len(after)
