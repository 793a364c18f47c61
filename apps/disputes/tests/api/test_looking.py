"""Lists of disputes, and where else one shows."""

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.bookings.tests.world import HOUR, NOW, START
from apps.catalog.tests.factories import BusinessFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.disputes.tests.api.disputing import (
    DAY,
    FILE,
    URL,
    decide,
    naira,
    told,
)
from apps.disputes.tests.conftest import BODY, disputed
from apps.notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


def test_everybody_lists_what_is_theirs(world, api, dispute):
    stranger, owner = UserFactory(), BusinessFactory().owner
    viewer = UserFactory(viewer=True)
    rows = {"customer": world.customer, "owner": world.owner, "desk": world.desk, "ops": world.ops, "viewer": viewer}

    for who in rows.values():
        listed = api(who).get(URL).json()["data"]
        assert [each["id"] for each in listed["results"]] == [str(dispute.pk)]
    for who in (stranger, owner, world.performer):
        assert api(who).get(URL).json()["data"]["count"] == 0
        assert api(who).get(f"{URL}{dispute.pk}/").status_code == 404
    assert api().get(URL).status_code == 401


def test_lists_are_filtered_by_state_business_and_what_they_are_about(world, api, dispute):
    ops = api(world.ops)
    for query, count in (
        ({"state": "OPEN"}, 1), ({"state": "DECIDED"}, 0), ({"business": str(world.business.pk)}, 1),
        ({"business": str(BusinessFactory().pk)}, 0), ({"about": str(dispute.unit_id)}, 1),
        ({"about": str(dispute.pk)}, 0),
    ):  # fmt: skip
        assert ops.get(URL, query).json()["data"]["count"] == count
    assert ops.get(URL, {"state": "LOST"}).status_code == 400


def test_lists_and_details_cost_the_same_for_one_and_for_many(world, api, django_assert_num_queries):
    dispute = disputed(world)
    owner = api(world.owner)
    with django_assert_num_queries(6):
        assert owner.get(URL).json()["data"]["count"] == 1
    with django_assert_num_queries(6):
        assert owner.get(f"{URL}{dispute.pk}/").status_code == 200

    for day in (1, 2):
        disputed(world, world.completed(start=START + day * DAY))
        for _ in range(3):
            owner.post(f"{URL}{dispute.pk}/messages/", {"words": "And this.", "evidence": [FILE]})

    with django_assert_num_queries(6):
        assert owner.get(URL).json()["data"]["count"] == 3
    with django_assert_num_queries(6):
        assert len(owner.get(f"{URL}{dispute.pk}/").json()["data"]["messages"]) == 6


def test_operations_are_told_once_when_it_is_overdue(world, dispute):
    assert run_sweep("disputes.alert_overdue", at=NOW + 3 * DAY - HOUR) == 0
    assert told("dispute_overdue") == set()

    assert run_sweep("disputes.alert_overdue", at=NOW + 3 * DAY) == 1
    assert run_sweep("disputes.alert_overdue", at=NOW + 4 * DAY) == 0

    assert list(Notification.objects.filter(notification_type="dispute_overdue").values_list("user_id", flat=True)) == [
        world.ops.pk
    ]


def test_the_bookings_timeline_tells_it(world, api, dispute):
    with clock.frozen(NOW + HOUR):
        decide(api(world.ops), dispute, "SPLIT", refund=naira("1500.00"))

    rows = api(world.customer).get(f"/api/v1/bookings/{dispute.unit_id}/timeline/").json()["data"]["results"]

    found = [(each["what"], each["reason"], each["amount"]) for each in rows if each["what"].startswith("dispute")]
    assert found == [
        ("dispute-opened", BODY["note"], naira("5000.00")),
        ("dispute-decided", "We looked.", naira("1500.00")),
    ]


def test_an_open_dispute_keeps_an_account_and_is_in_the_export(world, api, dispute):
    api(world.customer).post(f"{URL}{dispute.pk}/messages/", {"words": "Look."})

    (row,) = api(world.customer).get("/api/v1/profile/export/").json()["data"]["disputes"]

    assert (row["reference"], row["note"], row["messages"]) == (dispute.reference, BODY["note"], ["Look."])
    world.customer.set_password("correct horse 42")
    world.customer.save()
    answer = api(world.customer).post("/api/v1/profile/erase/", {"password": "correct horse 42"})
    assert answer.json()["data"]["reasons"] == ["A dispute of yours is open. Wait for its decision, or withdraw it."]
