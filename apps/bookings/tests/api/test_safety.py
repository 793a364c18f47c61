"""Calling for help over HTTP: who is told, how often, who may answer; sound and positions."""

from base64 import b64decode, b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.bookings import operations
from apps.bookings.models import JobPosition, SosAlarm, SosPosition, SosRecording
from apps.bookings.tests.world import HOUR, MINUTE, START
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.notifications.models import DeliveryLog, Notification

pytestmark = pytest.mark.django_db
HERE = {"lat": 6.4474, "lng": 3.4723, "accuracy": 12}
WEBM = b"\x1a\x45\xdf\xa3" + b"sound" * 10


@pytest.fixture
def booking(world):
    return world.paid()


def call(client, booking, **body):
    return client.post(f"/api/v1/bookings/{booking.pk}/sos/", body)


def answer(client, booking, alarm):
    return client.post(f"/api/v1/bookings/{booking.pk}/sos/{alarm.pk}/acknowledge/")


def told(kind):
    return set(Notification.objects.filter(notification_type=kind).values_list("user", flat=True))


def helpers(world):
    return {world.owner.pk, world.desk.pk, world.ops.pk}


def test_everybody_who_can_help_is_told_at_once(world, api, booking):
    with clock.frozen(START):
        raised = call(api(world.performer), booking, **HERE, note="The door is locked.")

    assert raised.status_code == 201, raised.json()
    alarm = SosAlarm.objects.get()
    assert (alarm.raised_by, alarm.raised_as, alarm.note, alarm.rounds) == (
        world.performer, "STAFF", "The door is locked.", 1,
    )  # fmt: skip
    assert list(alarm.positions.values_list("lat", "lng", "accuracy", "at")) == [(6.4474, 3.4723, 12.0, START)]
    assert told("sos") == helpers(world)
    deliveries = DeliveryLog.objects.filter(notification__notification_type="sos")
    assert {(each.notification.user_id, each.channel) for each in deliveries.select_related("notification")} == {
        (person, channel) for person in helpers(world) for channel in ("PUSH", "SMS")
    }
    context = Notification.objects.filter(notification_type="sos").first().context
    assert context["map_url"].startswith("https://www.openstreetmap.org/?mlat=6.4474&mlon=3.4723")
    assert AuditEntry.objects.filter(action="booking.sos_raised", actor=world.performer).count() == 1


def test_a_storm_of_calls_is_one_alarm_with_all_its_positions(world, api, booking, settings):
    settings.THROTTLING = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "user": "3/h", "business": "3/h"}
    client = api(world.customer)

    with clock.frozen(START):
        answers = [call(client, booking, lat=6.0 + number, lng=3.0).status_code for number in range(8)]

    assert answers == [201] + [200] * 7
    alarm = SosAlarm.objects.get()
    assert [point.lat for point in alarm.positions.order_by("id")] == [6.0 + number for number in range(8)]
    assert Notification.objects.filter(notification_type="sos").count() == 3


def test_it_is_told_again_until_somebody_acknowledges(world, api, booking):
    with clock.frozen(START):
        call(api(world.customer), booking, **HERE)
    alarm = SosAlarm.objects.get()

    def swept(at):
        with clock.frozen(at):
            return run_sweep("bookings.repeat_sos")

    assert [swept(START + MINUTE), swept(START + 2 * MINUTE), swept(START + 2 * MINUTE)] == [0, 1, 0]
    again = Notification.objects.filter(notification_type="sos_unanswered")
    assert {(each.user_id, each.context["round"]) for each in again} == {(one, 2) for one in helpers(world)}
    with clock.frozen(START + 3 * MINUTE):
        seen = answer(api(world.desk), booking, alarm)
    assert (seen.status_code, seen.json()["data"]["acknowledged_by"]) == (200, world.desk.name)
    assert swept(START + HOUR) == 0
    assert told("sos_acknowledged") == {world.customer.pk}
    assert AuditEntry.objects.filter(action="booking.sos_acknowledged", actor=world.desk).count() == 1


def test_it_is_not_told_for_ever(world, api, booking):
    with clock.frozen(START):
        call(api(world.customer), booking)

    for number in range(1, 30):
        with clock.frozen(START + 2 * number * MINUTE):
            run_sweep("bookings.repeat_sos")

    alarm = SosAlarm.objects.get()
    assert (alarm.rounds, alarm.next_alert_at, alarm.acknowledged_at) == (10, None, None)
    assert Notification.objects.filter(notification_type="sos_unanswered").count() == 9 * 3


def test_one_acknowledges_and_the_other_hears_who(world, api, booking):
    with clock.frozen(START):
        call(api(world.performer), booking)
        alarm = SosAlarm.objects.get()
        assert answer(api(world.performer), booking, alarm).status_code == 403
        assert answer(api(world.customer), booking, alarm).status_code == 403
        assert answer(api(UserFactory()), booking, alarm).status_code == 404
        assert answer(api(world.ops), booking, alarm).status_code == 200
        assert answer(api(world.ops), booking, alarm).status_code == 200

        late = answer(api(world.desk), booking, alarm)

    assert (late.status_code, late.json()["code"], late.json()["data"]) == (
        409, "alarm_acknowledged", {"acknowledged_by": world.ops.name},
    )  # fmt: skip
    assert SosAlarm.objects.get().acknowledged_by == world.ops


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (START - 2 * HOUR - MINUTE, 409),
        (START - 2 * HOUR, 201),
        (START + 3 * HOUR, 201),
        (START + 3 * HOUR + MINUTE, 409),
    ],
)
def test_from_two_hours_before_the_start_to_two_hours_after_the_end(world, api, booking, at, status):
    for who in (world.customer, world.performer):
        client = api(who)
        with clock.frozen(at):
            offered = client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["available_actions"]
            assert ("sos" in [each["name"] for each in offered]) == (status == 201)
            assert call(client, booking).status_code == status


def test_a_job_that_runs_over_keeps_its_alarm(world, api, booking):
    with clock.frozen(START):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    with clock.frozen(START + 9 * HOUR):
        assert call(api(world.performer), booking).status_code == 201
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    with clock.frozen(START + 11 * HOUR):
        assert call(api(world.customer), booking).status_code == 201
    with clock.frozen(START + 11 * HOUR + MINUTE):
        assert call(api(world.customer), booking).status_code == 409


def test_who_may_call_and_who_may_look(world, api, booking):
    with clock.frozen(START):
        assert call(api(world.desk), booking).status_code == 403
        assert call(api(UserFactory()), booking).status_code == 404
        assert call(api(world.customer), booking, lat=6.4).status_code == 400
        assert call(api(world.customer), booking, lat=91, lng=0).status_code == 400
        call(api(world.customer), booking, **HERE)
    url = f"/api/v1/bookings/{booking.pk}/sos/"

    seen = api(world.desk).get(url).json()["data"]["results"]

    assert [(each["raised_as"], each["positions"][0]["lat"]) for each in seen] == [("CUSTOMER", 6.4474)]
    assert api(world.ops).get(url).status_code == 200
    assert api(world.performer).get(url).status_code == 403
    assert api(world.customer).get(url).status_code == 403


def test_an_alarm_about_the_other_side_is_not_told_to_it(world, api, booking):
    with clock.frozen(START):
        call(api(world.customer), booking, note="He shouts.")

    def timeline(who):
        rows = api(who).get(f"/api/v1/bookings/{booking.pk}/timeline/").json()["data"]["results"]
        return [(row["what"], row["reason"]) for row in rows if row["what"] == "sos"]

    assert timeline(world.performer) == []
    assert timeline(world.customer) == timeline(world.desk) == timeline(world.ops) == [("sos", "He shouts.")]


# --- Sound ----------------------------------------------------------------------------------------------------------
def upload_url(api, world, booking, at=START):
    with clock.frozen(at):
        return call(api(world.customer), booking).json()["data"]["recording"]["upload_url"]


def send(api, url, sound=WEBM, *, chunk=1, kind="audio/webm", at=START):
    with clock.frozen(at):
        return api().post(url, {"chunk": chunk, "content_type": kind, "sound": b64encode(sound).decode()})


def test_sound_comes_in_pieces_and_is_for_those_who_help(world, api, booking):
    url = upload_url(api, world, booking)

    sent = [send(api, url, chunk=1), send(api, url, b"OggS" + b"x" * 20, chunk=2, kind="audio/ogg"), send(api, url)]

    assert [each.status_code for each in sent] == [201, 201, 201], sent[0].json()
    assert list(SosRecording.objects.values_list("number", "size", "content_type")) == [
        (1, len(WEBM), "audio/webm"), (2, 24, "audio/ogg"),
    ]  # fmt: skip
    links = api(world.desk).get(f"/api/v1/bookings/{booking.pk}/sos/").json()["data"]["results"][0]["recording"]
    heard = api(world.desk).get(links[0]).json()["data"]
    assert (b64decode(heard["sound"]), heard["content_type"]) == (WEBM, "audio/webm")
    assert AuditEntry.objects.filter(action="booking.sos_recording_opened", actor=world.desk).count() == 1
    assert api(world.performer).get(links[0]).status_code == 403
    assert api(UserFactory()).get(links[0]).status_code == 404
    assert api(world.desk).get(links[0].replace("/1/", "/9/")).status_code == 404
    assert api().get(links[0]).status_code == 401


def test_what_is_not_sound_is_not_kept(world, api, booking):
    url = upload_url(api, world, booking)

    for sound, kind in [(b"<html>", "audio/webm"), (WEBM, "audio/ogg"), (WEBM, "audio/midi")]:
        refused = send(api, url, sound, kind=kind)
        assert (refused.status_code, refused.json()["code"]) == (400, "not_a_recording")
    assert send(api, url, b"").status_code == 400
    with clock.frozen(START):
        assert api().post(url, {"chunk": 1, "content_type": "audio/webm", "sound": "no base64"}).status_code == 400
    assert send(api, url, WEBM + b"x" * 1024 * 1024).status_code == 413
    assert send(api, url, chunk=601).json()["code"] == "recording_full"
    assert send(api, url, chunk=0).status_code == 400
    assert send(api, url).status_code == 201
    assert send(api, url, WEBM + b"other").json()["code"] == "chunk_taken"
    assert SosRecording.objects.count() == 1


def test_the_address_is_for_one_alarm_and_not_for_ever(world, api, booking):
    url = upload_url(api, world, booking)
    with clock.frozen(START):
        other = call(api(world.performer), booking).json()["data"]["id"]
    parts = urlsplit(url)
    signature = parse_qs(parts.query)["signature"][0]
    mine = parts.path.split("/")[-3]

    assert send(api, url.replace(mine, other)).json()["code"] == "upload_refused"
    assert send(api, url.replace(signature, signature[:-2] + "xx")).json()["code"] == "upload_refused"
    assert send(api, f"{parts.path}?signature=nothing").json()["code"] == "upload_refused"
    assert send(api, url, at=START + 6 * HOUR).json()["code"] == "upload_refused"
    assert send(api, url, at=START + 6 * HOUR - MINUTE).status_code == 201
    assert SosRecording.objects.get().alarm.raised_by == world.customer


# --- Positions ------------------------------------------------------------------------------------------------------
def point(at, lat=6.4):
    return {"lat": lat, "lng": 3.4, "accuracy": 5, "at": at.isoformat()}


def log(client, booking, *points):
    return client.post(f"/api/v1/bookings/{booking.pk}/positions/", {"points": list(points)})


def test_points_of_the_job_are_kept_once_and_those_from_before_are_not(world, api, booking):
    staff = api(world.performer)
    with clock.frozen(START):
        assert log(staff, booking, point(START)).json()["code"] == "wrong_state"
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    batch = [point(START - HOUR), point(START + MINUTE), point(START + 2 * MINUTE), point(START + HOUR)]

    with clock.frozen(START + 5 * MINUTE):
        first, again = log(staff, booking, *batch), log(staff, booking, *batch)

    assert (first.json()["data"], again.json()["data"]) == ({"kept": 2}, {"kept": 2})
    assert list(JobPosition.objects.values_list("recorded_at", flat=True)) == [START + MINUTE, START + 2 * MINUTE]
    seen = api(world.desk).get(f"/api/v1/bookings/{booking.pk}/positions/").json()["data"]["results"]
    assert [each["at"] for each in seen] == ["2026-11-20T09:02:00Z", "2026-11-20T09:01:00Z"]
    assert api(world.customer).get(f"/api/v1/bookings/{booking.pk}/positions/").status_code == 403
    assert log(api(world.customer), booking, point(START)).status_code == 403
    assert log(api(UserFactory()), booking, point(START)).status_code == 404


def test_an_open_alarm_lets_points_in_as_well(world, api, booking):
    staff = api(world.performer)
    with clock.frozen(START):
        call(staff, booking)
        assert log(staff, booking, point(START)).json()["data"] == {"kept": 1}
        answer(api(world.desk), booking, SosAlarm.objects.get())
        assert log(staff, booking, point(START + MINUTE)).json()["code"] == "wrong_state"


def test_points_are_forgotten_after_their_time(world, api, booking):
    staff = api(world.performer)
    with clock.frozen(START):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
        log(staff, booking, point(START))

    for days, gone in ((29, 0), (30, 1)):
        with clock.frozen(START + timedelta(days=days)):
            assert run_sweep("bookings.forget_positions") == gone
    assert not JobPosition.objects.exists()


def test_a_batch_costs_the_same_for_one_point_and_for_many(world, api, booking, count_queries):
    staff = api(world.performer)
    with clock.frozen(START):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    counts = []
    with clock.frozen(START + HOUR):
        for size in (1, 50):
            with count_queries() as counted:
                log(staff, booking, *(point(START + timedelta(seconds=second)) for second in range(size)))
            counts.append(len(counted))
        assert log(staff, booking, *[point(START)] * 501).status_code == 400
    assert counts[0] == counts[1]


# --- Guards of the tables -------------------------------------------------------------------------------------------
@pytest.fixture
def alarm(world, api, booking):
    with clock.frozen(START):
        call(api(world.customer), booking, **HERE)
    send(api, upload_url(api, world, booking))
    return SosAlarm.objects.get()


@pytest.mark.parametrize(
    ("model", "constraint", "change"),
    [
        (SosAlarm, "sos_acknowledged_by_whom", {"acknowledged_at": START}),
        (SosPosition, "sos_position_on_earth", {"lat": 90.1}),
        (SosRecording, "sos_chunk_size", {"size": 0}),
        (SosRecording, "sos_chunk_number", {"number": 0}),
    ],
)
def test_the_tables_own_guards(alarm, model, constraint, change):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        model.objects.update(**change)


def test_one_open_alarm_a_person_and_one_piece_a_number(alarm):
    with pytest.raises(IntegrityError, match="sos_open_once"), transaction.atomic():
        SosAlarm.objects.create(
            booking_id=alarm.booking_id, raised_by_id=alarm.raised_by_id, raised_as="CUSTOMER", raised_at=START
        )
    with pytest.raises(IntegrityError, match="sos_chunk_once"), transaction.atomic():
        SosRecording.objects.create(
            alarm=alarm, number=1, path="x", content_type="audio/ogg", size=1, sha256="x", at=START
        )


def test_alarms_stay_as_they_were_written(world, alarm):
    acts = [
        lambda: SosAlarm.objects.all().delete(),
        lambda: SosAlarm.objects.update(note="Nothing happened."),
        lambda: SosPosition.objects.update(lat=0),
        lambda: SosPosition.objects.all().delete(),
        lambda: SosRecording.objects.update(path="x"),
        lambda: SosRecording.objects.all().delete(),
    ]
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    operations.acknowledge_sos(booking_id=alarm.booking_id, alarm_id=alarm.pk, by=world.desk, at=START)
    with pytest.raises(DatabaseError), transaction.atomic():
        SosAlarm.objects.update(acknowledged_by=world.ops)
    assert SosAlarm.objects.get().acknowledged_by == world.desk


def test_points_are_never_changed(world, api, booking):
    with clock.frozen(START):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
        log(api(world.performer), booking, point(START))
    for change in ({"lat": 1.0}, {"recorded_at": START + HOUR}):
        with pytest.raises(DatabaseError), transaction.atomic():
            JobPosition.objects.update(**change)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [("job_position_once", {}), ("job_position_on_earth", {"lat": 91.0, "recorded_at": START + HOUR})],
)
def test_the_log_of_positions_has_its_own_guards(world, booking, constraint, change):
    told = {
        "booking": booking,
        "by": world.performer,
        "lat": 6.4,
        "lng": 3.4,
        "recorded_at": START,
        "received_at": START,
    }
    JobPosition.objects.create(**told)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        JobPosition.objects.create(**{**told, **change})
