"""The availability cases of the data file over HTTP: what is listed can be booked, and what is not cannot."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.availability.models import BusyBlock
from apps.availability.tests import cases, situations
from apps.catalog.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db


def listed(client, situation, query):
    """The starts that the service's page offers, as the data file writes them."""
    asked = {"from": query["from"], "to": query["to"], "tz": query["viewer_timezone"]}
    answer = client.get(f"/api/v1/services/{situation.service.pk}/availability/", asked)
    assert answer.status_code == 200, answer.json()
    days = answer.json()["data"]["days"]
    return [cases.iso(cases.instant(start)) for day in days for start in day["starts"]]


def book(client, situation, start):
    return client.post("/api/v1/bookings/", {"service": str(situation.service.pk), "start": start.isoformat()})


def books(client, situation, start):
    """Whether a booking then is taken; each is tried on the same ground."""
    with transaction.atomic():
        answer = book(client, situation, start)
        transaction.set_rollback(True)
    assert answer.status_code == 201 or answer.json()["code"] in {"slot_taken", "start_in_past"}, answer.json()
    return answer.status_code == 201


def hold(api, situation, entry):
    """The hold of the case is what it is here: an unpaid booking of its client."""
    client = situation.clients[entry["client"]]
    BusyBlock.objects.filter(holder=client).update(is_active=False)
    assert book(api(client), situation, situations.moment(entry["start"])).status_code == 201


@pytest.mark.parametrize("case", cases.AVAILABILITY_CASES, ids=cases.case_id)
def test_case_is_booked_as_it_is_listed(api, case):
    situation = situations.build(case)
    query = case["query"]
    client = api(situation.clients.get(query.get("client")) or UserFactory())

    with clock.frozen(situation.now):
        for entry in case["setup"].get("holds", ()):
            hold(api, situation, entry)
        starts = listed(client, situation, query)
        probes = [situations.moment(start) for start in (*starts[:2], *starts[-1:])]
        taken = [books(client, situation, start) for start in probes]
        early = [books(client, situation, start - timedelta(minutes=5)) for start in probes[:1]]
        refused = [books(client, situation, situations.moment(text)) for text in case["expect"].get("not_slots", ())]

    assert all(taken)
    assert not any(early)
    assert not any(refused)
