"""Writing into a booking, doing its work, and moving it."""

import pytest

from apps.bookings import operations
from apps.bookings.tests.api.reading import URL, data
from apps.bookings.tests.sessions import paid_seat, session
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world, pay
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db


def test_requests_change_before_the_start(world, api):
    booking = world.paid()
    client = api(world.customer)

    seen = data(client.patch(f"{URL}{booking.pk}/", {"special_requests": "Ring twice.", "address": "Flat 2"}))
    assert (seen["special_requests"], seen["address"]) == ("Ring twice.", "Flat 2")
    with clock.frozen(START):
        assert client.patch(f"{URL}{booking.pk}/", {"special_requests": "Late."}).json()["code"] == "booking_started"


def test_an_address_that_is_needed_stays(api, db):
    world = make_world(service={"places": ["AT_CUSTOMER"]})
    booking = world.book(address="3 Banana Island")

    answer = api(world.customer).patch(f"{URL}{booking.pk}/", {"address": ""})

    assert answer.json()["code"] == "address_missing"


def test_the_desk_writes_notes_that_the_customer_never_reads(world, api):
    booking = world.paid()

    assert data(api(world.desk).put(f"{URL}{booking.pk}/notes/", {"owner_notes": "VIP"}))["owner_notes"] == "VIP"
    assert data(api(world.performer).get(f"{URL}{booking.pk}/"))["owner_notes"] == "VIP"
    assert data(api(world.customer).get(f"{URL}{booking.pk}/"))["owner_notes"] is None
    assert api(world.performer).put(f"{URL}{booking.pk}/notes/", {"owner_notes": "No"}).status_code == 403


def test_ops_say_why_and_are_audited(world, api):
    booking = world.paid()
    client = api(world.ops)

    silent = client.post(f"{URL}{booking.pk}/cancel/")
    assert (silent.status_code, silent.json()["code"]) == (400, "reason_missing")
    data(client.post(f"{URL}{booking.pk}/cancel/", {"reason": "Asked for by telephone."}))

    entry = AuditEntry.objects.get(action="booking.cancel")
    assert (entry.actor_id, entry.reason) == (world.ops.pk, "Asked for by telephone.")
    assert fresh(booking).changed_as == "OPS"


def test_the_checklist_has_to_be_done_before_the_work_is(api, db):
    template = [
        {"id": "patch", "label": "Patch test", "required": True},
        {"id": "tea", "label": "Tea", "required": False},
    ]
    world = make_world(service={"sop_template": template})
    booking = world.running()
    client = api(world.performer)

    open_ = client.post(f"{URL}{booking.pk}/complete/")
    assert (open_.status_code, open_.json()["code"]) == (409, "sop_incomplete")
    assert open_.json()["data"] == {"open_items": [{"id": "patch", "label": "Patch test"}]}
    unknown = client.patch(f"{URL}{booking.pk}/sop/", {"items": [{"id": "x", "done": True}]})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "sop_item_unknown")
    ticked = data(client.patch(f"{URL}{booking.pk}/sop/", {"items": [{"id": "patch", "done": True}]}))
    assert ticked["sop_checklist"][0] | {"at": None} == {
        "id": "patch", "label": "Patch test", "required": True, "done": True, "by": str(world.performer.pk), "at": None,
    }  # fmt: skip
    assert data(client.post(f"{URL}{booking.pk}/complete/"))["status"] == "COMPLETED"


def test_nothing_starts_while_another_job_of_the_person_runs(world, api):
    world.running()
    second = world.paid(start=START + 3 * HOUR)
    client = api(world.performer)

    offered = data(client.get(f"{URL}{second.pk}/"))["available_actions"]
    answer = client.post(f"{URL}{second.pk}/start/")

    assert next(each for each in offered if each["name"] == "start")["enabled"] is False
    assert (answer.status_code, answer.json()["code"]) == (409, "person_busy")


def test_unpaid_work_does_not_start(world, api):
    booking = world.book()

    answer = api(world.performer).post(f"{URL}{booking.pk}/start/")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_moving_takes_the_new_time_and_frees_the_old(world, api):
    booking = world.paid()
    client = api(world.customer)

    moved = data(client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-20T09:30:00Z"}))
    assert (moved["starts_at"], moved["ends_at"], moved["status"]) == (
        "2026-11-20T09:30:00Z", "2026-11-20T10:30:00Z", "CONFIRMED",
    )  # fmt: skip
    other = world.book(customer=UserFactory(), start=START - 2 * HOUR)
    taken = client.post(f"{URL}{booking.pk}/reschedule/", {"start": other.starts_at.isoformat()})
    assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    assert len(taken.json()["data"]["next_free"]) == 3
    assert fresh(booking).starts_at == START + 30 * MINUTE


def test_moving_to_where_it_is_moves_nothing_and_tells_nobody(world, api, drain_outbox):
    booking, slot = world.paid(), session(world, start=START + 24 * HOUR)
    seats = paid_seat(world, slot)
    drain_outbox()
    before = Notification.objects.count()

    answers = [
        api(world.customer).post(f"{URL}{booking.pk}/reschedule/", {"start": START.isoformat()}),
        api(world.customer).post(f"{URL}{seats.pk}/reschedule/", {"slot": str(slot.pk)}),
    ]
    drain_outbox()

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "wrong_state"),
        (400, "slot_unknown"),
    ]
    assert (fresh(booking).change_number, fresh(seats).change_number) == (2, 2)
    assert Notification.objects.count() == before


def test_the_notice_holds_for_the_old_and_the_new_time(api, db):
    world = make_world(business={"notice_min": 120})
    booking = world.paid()
    client = api(world.customer)

    with clock.frozen(START - 119 * MINUTE):
        old = client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-23T09:00:00Z"})
    with clock.frozen(START - 5 * HOUR):
        new = client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-20T05:00:00Z"})
        past = client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-19T05:00:00Z"})

    assert [each.json()["code"] for each in (old, new, past)] == ["notice_too_short", "slot_taken", "start_in_past"]


def test_moving_an_unpaid_booking_keeps_its_time_to_pay(world):
    booking = world.book()

    operations.reschedule_booking(booking_id=booking.pk, start=NOW + 15 * MINUTE, by=world.customer, at=NOW)

    assert fresh(booking).expires_at == NOW + 15 * MINUTE


def test_what_was_chosen_with_it_has_to_fit_into_the_hours_at_the_new_time(api, db):
    world = make_world(weekly=[[9 * 60, 13 * 60]])
    long = ExtraFactory(service=world.service, duration_min=90, price_minor=0)
    booking = pay(world.book(start=START, extra_ids=[long.pk]))  # 10:00 to 12:30 in Lagos
    client = api(world.customer)

    late = client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-20T09:45:00Z"})
    fits = data(client.post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-20T09:30:00Z"}))

    assert (late.status_code, late.json()["code"]) == (409, "slot_taken")
    assert late.json()["data"]["next_free"][0]["start"] == "2026-11-21T08:00:00Z"
    assert (fits["starts_at"], fits["ends_at"]) == ("2026-11-20T09:30:00Z", "2026-11-20T12:00:00Z")


def test_a_job_keeps_the_length_that_was_agreed(api, db):
    world = make_world(weekly=[[9 * 60, 13 * 60]])
    extra = ExtraFactory(service=world.service, duration_min=60, price_minor=0)
    booking = pay(world.book(start=START, extra_ids=[extra.pk]))
    extra.is_active = False
    extra.save()
    world.service.duration_min = 240
    world.service.save()

    moved = data(api(world.customer).post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-20T10:00:00Z"}))

    assert (moved["starts_at"], moved["ends_at"]) == ("2026-11-20T10:00:00Z", "2026-11-20T12:00:00Z")


def test_participants_are_renamed_before_the_start_and_ops_say_why(world, api):
    booking = paid_seat(world, session(world, seats=3), "Ada Obi", "Bola Ade")
    client, url = api(world.customer), f"{URL}{booking.pk}/"

    seen = data(client.patch(url, {"participants": [{"name": "Ada Obi"}, {"name": "Chika Eze"}]}))
    wrong = client.patch(url, {"participants": [{"name": "Ada Obi"}]})
    silent = api(world.ops).patch(url, {"special_requests": "Mats, please."})
    spoken = api(world.ops).patch(url, {"special_requests": "Mats, please.", "reason": "Asked by telephone."})
    by_desk = data(api(world.desk).patch(url, {"special_requests": "Two mats."}))

    assert [each["name"] for each in seen["participants"]] == ["Ada Obi", "Chika Eze"]
    assert (wrong.status_code, wrong.json()["code"]) == (400, "participants_wrong")
    assert (silent.json()["code"], spoken.status_code) == ("reason_missing", 200)
    assert by_desk["special_requests"] == "Two mats."
    assert api(world.performer).patch(url, {"special_requests": "x"}).status_code == 404
    with clock.frozen(START):
        assert client.patch(url, {"participants": [{"name": "A"}, {"name": "B"}]}).json()["code"] == "booking_started"
