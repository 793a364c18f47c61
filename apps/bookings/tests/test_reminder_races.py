"""Several sweeps at once remind and warn once; the unique row holds it, whatever the code does."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.bookings import operations
from apps.bookings.models import Reminder
from apps.bookings.tests.sessions import hosted, paid_seat
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.notifications.models import DeliveryLog, Notification

DAY = timedelta(days=1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_bk_083_eight_workers_send_each_reminder_once():
    world = make_world()
    for number in range(12):
        world.paid(customer=UserFactory(), staff=world.person(f"person {number}"))

    for at, channels in ((START - DAY, 1), (START - HOUR, 2)):
        claimed = at_once(*[lambda at=at: sum(operations.send_reminders(at=at, limit=3) for _ in range(6))] * 8)
        assert sum(claimed) == 12
        sent = Counter(
            DeliveryLog.objects.filter(notification__created_at=at).values_list(
                "notification__subject_id", "notification__recipient", "channel"
            )
        )
        assert (len(sent), set(sent.values())) == (12 * 2 * channels, {1})
    assert Reminder.objects.count() == 12 * 2 * 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_workers_share_the_seats_of_a_session_and_its_host_hears_once():
    world = make_world()
    slot = hosted(world, seats=8)
    for _ in range(8):
        paid_seat(world, slot, customer=UserFactory())

    claimed = at_once(*[lambda: operations.send_reminders(at=START - DAY, limit=1)] * 8)

    assert sum(claimed) + operations.send_reminders(at=START - DAY, limit=8) == 8
    assert Notification.objects.filter(notification_type="session_reminder").count() == 1
    assert Notification.objects.filter(notification_type="booking_reminder").count() == 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_workers_warn_of_an_overrun_once():
    world = make_world()
    following = world.paid(start=START + 90 * timedelta(minutes=1), customer=UserFactory())
    booking = world.paid(start=START)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)

    claimed = at_once(*[lambda: operations.warn_of_overruns(at=following.starts_at, limit=10)] * 8)

    assert sorted(claimed) == [0] * 7 + [1]
    assert Notification.objects.filter(notification_type="booking_overrun").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("of", ["booking", "slot"])
def test_nobody_is_reminded_twice_of_the_same_time(world, of):
    slot = hosted(world)
    booking = paid_seat(world, slot)
    row = {
        of: {"booking": booking, "slot": slot}[of], "person": world.performer, "kind": "FIRST", "starts_at": START,
        "at": START,
    }  # fmt: skip
    Reminder.objects.create(**row)

    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        Reminder.objects.create(**row)

    Reminder.objects.create(**{**row, "starts_at": START + DAY})
    Reminder.objects.create(**{**row, "kind": "SECOND"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("reminder_kind_known", {"kind": "OTHER"}),
        ("reminder_is_of_one_thing", {"booking": None}),
        ("reminder_is_of_one_thing", {"slot": True}),
    ],
)
def test_a_reminder_is_of_one_thing_and_of_a_kind(world, guard, change):
    slot = hosted(world)
    booking = paid_seat(world, slot)
    if "slot" in change:
        change = {"slot": slot}
    row = {"booking": booking, "person": world.customer, "kind": "FIRST", "starts_at": START, "at": START}

    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        Reminder.objects.create(**{**row, **change})


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
def test_that_somebody_was_reminded_stays(world, change):
    world.paid()
    operations.send_reminders(at=START - DAY, limit=10)
    acts = {
        "update": lambda: Reminder.objects.update(kind="LAST"),
        "delete": lambda: Reminder.objects.all().delete(),
        "truncate": lambda: connection.cursor().execute("TRUNCATE bookings_reminder"),
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        acts[change]()

    assert Reminder.objects.filter(kind="FIRST").count() == 2
