"""Reminders: due by the clock, once for each person, and case BK-083; over HTTP, with the clock set."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.bookings import operations
from apps.bookings.models import Booking, Reminder, WaitingEntry
from apps.bookings.tests.sessions import hosted, paid_seat
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, decline, fresh, make_world, pay
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.notifications.models import DeliveryLog, Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SWEEP = "bookings.send_reminders"
EMAIL, BOTH, PUSH = ("EMAIL",), ("EMAIL", "PUSH"), ("PUSH",)


def sweep(at):
    with clock.frozen(at):
        return run_sweep(SWEEP)


def reminded(world, at=None):
    """Who has been reminded of what, on which channels, in order; ``at``, by a sweep then."""
    known = set(Notification.objects.values_list("pk", flat=True))
    if at is not None:
        sweep(at)
    names = {world.customer.pk: "customer", world.performer.pk: "staff", world.owner.pk: "owner"}
    rows = Notification.objects.filter(notification_type__endswith="reminder") | Notification.objects.filter(
        notification_type__contains="reminder_"
    )
    found = [
        (names.get(row.user_id, "other"), tuple(sorted(row.deliveries.values_list("channel", flat=True))))
        for row in rows.order_by("created_at", "pk")
        if at is None or row.pk not in known
    ]
    return sorted(found)


def everybody(channels):
    return [("customer", channels), ("staff", channels)]


def test_customer_and_staff_are_reminded_three_times_on_their_channels(world):
    world.paid()

    assert reminded(world, START - DAY - MINUTE) == []
    assert reminded(world, START - DAY) == everybody(EMAIL)
    assert reminded(world, START - DAY) == reminded(world, START - 61 * MINUTE) == []
    assert reminded(world, START - HOUR) == everybody(BOTH)
    assert reminded(world, START - 30 * MINUTE) == everybody(PUSH)
    assert reminded(world, START) == []
    assert Reminder.objects.count() == 6
    assert Booking.objects.get().remind_at is None


def test_they_read_it_on_the_dashboard_with_the_booking(world, api):
    booking = world.paid(special_requests="Ground floor, please.")
    sweep(START - DAY)

    customer, staff = (api(who).get("/api/v1/notifications/") for who in (world.customer, world.performer))

    told = customer.json()["data"]["results"][0]
    assert (told["notification_type"], told["subject_reference"]) == ("booking_reminder", booking.reference)
    assert told["message"] == "Massage at Serenity Spa: Friday 20 November 2026, 10:00 (WAT)."
    assert "for Ada Obi" in staff.json()["data"]["results"][0]["message"]


@pytest.mark.parametrize(
    ("before", "left"),
    [(DAY + MINUTE, [EMAIL, BOTH, PUSH]), (DAY, [BOTH, PUSH]), (59 * MINUTE, [PUSH]), (20 * MINUTE, [])],
)
def test_one_that_was_past_when_the_booking_was_made_is_not_sent(world, before, left):
    with clock.frozen(START - before):
        world.paid()

    told = [reminded(world, START - lead) for lead in (DAY, HOUR, 30 * MINUTE)]

    assert [each for each in told if each] == [everybody(channels) for channels in left]


@pytest.mark.parametrize(
    ("back_after", "channels"),
    [
        (DAY - 61 * MINUTE, EMAIL),
        (DAY - HOUR, BOTH),
        (DAY - 31 * MINUTE, BOTH),
        (DAY - 30 * MINUTE, PUSH),
        (DAY - MINUTE, PUSH),
    ],
)
def test_what_an_outage_missed_is_sent_while_it_is_of_use(world, back_after, channels):
    world.paid()

    assert reminded(world, START - DAY + back_after) == everybody(channels)


def test_nothing_is_sent_after_an_outage_that_outlasts_the_start(world):
    world.paid()

    assert (sweep(START), reminded(world)) == (1, [])
    assert Booking.objects.get().remind_at is None
    assert sweep(START) == 0


def test_a_letter_that_could_not_leave_is_dropped_when_the_next_falls_due(world):
    world.paid()
    for at in (START - DAY, START - HOUR, START - 30 * MINUTE):
        sweep(at)

    rows = DeliveryLog.objects.filter(notification__notification_type="booking_reminder").order_by("created_at")

    assert [row.expires_at for row in rows] == [
        START - HOUR, START - 30 * MINUTE, START - 30 * MINUTE, START,
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["cancel", "decline", "start", "no-show"])
def test_what_does_not_wait_for_its_start_any_more_is_not_reminded_of(world, api, how):
    booking = world.paid()
    sweep(START - DAY)
    if how == "decline":
        decline(booking, at=START - 2 * HOUR)
    else:
        who = world.customer if how == "cancel" else world.performer
        with clock.frozen(START + 15 * MINUTE if how == "no-show" else START - 2 * HOUR):
            assert api(who).post(f"/api/v1/bookings/{booking.pk}/{how}/").status_code == 200

    assert (fresh(booking).remind_at, reminded(world, START - HOUR)) == (None, [])


def test_neither_the_unpaid_nor_the_unapproved_are_reminded(db):
    world = make_world(business={"auto_confirm": False})
    world.book(customer=UserFactory(), start=START + 3 * HOUR)
    booking = world.paid()
    assert reminded(world, START - DAY) == []

    operations.approve_booking(booking_id=booking.pk, by=world.desk, at=START - 2 * HOUR)

    assert reminded(world, START - 90 * MINUTE) == []
    assert reminded(world, START - HOUR) == everybody(BOTH)


def test_whoever_takes_over_has_what_is_still_to_come(world, api):
    booking, other = world.paid(), world.person()
    sweep(START - DAY)
    with clock.frozen(START - 3 * HOUR):
        decline(booking)
        body = {"staff": str(other.pk)}
        answer = api(world.customer).post(f"/api/v1/bookings/{booking.pk}/choose-staff/", body)
        assert answer.status_code == 200

    sweep(START - HOUR)

    told = Reminder.objects.filter(kind="SECOND").values_list("person_id", flat=True)
    assert set(told) == {world.customer.pk, other.user_id}


def test_everybody_of_a_crew_is_reminded(db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    second = world.person()
    world.paid(staff=None)

    sweep(START - DAY)

    told = Reminder.objects.values_list("person_id", flat=True)
    assert set(told) == {world.customer.pk, world.performer.pk, second.user_id}


def test_muted_channels_stay_silent(world, api):
    world.paid()
    table = {"booking_reminder": {"EMAIL": False}}
    assert api(world.customer).patch("/api/v1/auth/user/", {"notification_preferences": table}).status_code == 200

    assert reminded(world, START - DAY) == [("customer", ()), ("staff", EMAIL)]
    assert reminded(world, START - HOUR) == [("customer", PUSH), ("staff", BOTH)]


def test_the_host_of_a_session_has_one_message_with_everybody_who_comes(world):
    slot = hosted(world, seats=4)
    other = UserFactory(first_name="Bola", last_name="Ade")
    paid_seat(world, slot, "Ada Obi", "Chika Obi")
    paid_seat(world, slot, "Bola Ade", customer=other)
    operations.book_seats(
        request=operations.SeatRequest(service_id=world.service.pk, slot_id=slot.pk, participants=["Unpaid"]),
        customer=UserFactory(), at=NOW,
    )  # fmt: skip

    assert reminded(world, START - DAY) == [("customer", EMAIL), ("other", EMAIL), ("staff", EMAIL)]

    told = Notification.objects.get(notification_type="session_reminder")
    assert (told.context["participants"], told.context["seats"]) == ("Ada Obi, Chika Obi, Bola Ade", 3)
    assert told.user == world.performer
    assert reminded(world, START - HOUR) == [("customer", BOTH), ("other", BOTH), ("staff", BOTH)]


def test_the_host_has_one_message_however_the_seats_are_shared_among_sweeps(world):
    slot = hosted(world, seats=3)
    for _ in range(3):
        paid_seat(world, slot, customer=UserFactory())

    claimed = [operations.send_reminders(at=START - DAY, limit=1) for _ in range(4)]

    assert claimed == [1, 1, 1, 0]
    assert Notification.objects.filter(notification_type="session_reminder").count() == 1


def test_bk_083_two_pollers_send_once_a_move_shifts_it_a_cancel_removes_it(world, api):
    booking = world.paid()
    path = f"/api/v1/bookings/{booking.pk}/"

    assert (sweep(START - DAY), sweep(START - DAY)) == (1, 0)
    assert reminded(world) == everybody(EMAIL)
    with clock.frozen(START - 3 * HOUR):
        moved = {"start": (START + 15 * MINUTE).isoformat()}
        assert api(world.desk).post(f"{path}reschedule/", moved).status_code == 200
    assert fresh(booking).remind_at == START - 45 * MINUTE
    assert reminded(world, START - HOUR) == []
    assert reminded(world, START - 45 * MINUTE) == everybody(BOTH)
    with clock.frozen(START - 40 * MINUTE):
        assert api(world.customer).post(f"{path}cancel/").status_code == 200
    assert reminded(world, START - 15 * MINUTE) == []


def test_a_booking_that_was_moved_has_all_its_own(world, api):
    booking = world.paid()
    sweep(START - DAY)
    later = START + 3 * DAY
    with clock.frozen(START - 2 * HOUR):
        body = {"start": later.isoformat()}
        assert api(world.desk).post(f"/api/v1/bookings/{booking.pk}/reschedule/", body).status_code == 200

    assert reminded(world, START - HOUR) == []
    told = [reminded(world, later - lead) for lead in (DAY, HOUR, 30 * MINUTE)]
    assert told == [everybody(channels) for channels in (EMAIL, BOTH, PUSH)]


def test_the_clock_of_a_sandbox_sends_each_at_its_moment(world, api, settings, now):
    pay(world.book())
    settings.SANDBOX = True

    assert api(world.ops).post("/api/v1/sandbox/clock/advance/", {"hours": 48}).status_code == 200

    assert reminded(world) == sorted(everybody(EMAIL) + everybody(BOTH) + everybody(PUSH))


@pytest.mark.parametrize("bookings", [1, 20])
def test_a_sweep_costs_a_handful_of_statements_however_many_are_due(world, count_queries, bookings):
    for number in range(bookings):
        world.paid(customer=UserFactory(), staff=world.person(f"person {number}"))

    with count_queries() as counted:
        sweep(START - DAY)

    assert Reminder.objects.count() == 2 * bookings
    assert len(counted) == 7


@pytest.mark.parametrize(
    ("claim", "index"),
    [
        (lambda: Booking.objects.with_people().to_remind(NOW), "booking_to_remind"),
        (lambda: Booking.objects.overdue_unpaid(NOW), "booking_to_expire"),
        (lambda: WaitingEntry.objects.in_vain(NOW), "waiting_to_end"),
    ],
)
def test_what_is_due_is_found_by_its_index(db, claim, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")

    assert index in claim().claimed(10).explain()
