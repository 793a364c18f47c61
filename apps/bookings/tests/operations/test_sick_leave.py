"""Somebody is away: their jobs look for somebody else, each alone, and a crash loses none."""

from datetime import timedelta

import pytest

from apps.availability.models import BusyBlock, TimeOff
from apps.bookings import operations
from apps.bookings.errors import NoSuchStaff, ReasonMissing, SpanInvalid
from apps.bookings.models import Decline, RankingReview, SickLeave
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, decline, fresh, make_world, pay
from apps.catalog.tests.factories import UserFactory
from apps.core.models import AuditEntry, OutboxMessage

pytestmark = pytest.mark.django_db
FROM, TO = START - 2 * HOUR, START + 10 * HOUR


def report(world, *, staff=None, by=None, since=FROM, until=TO, note="Flu.", at=NOW):
    return operations.report_sick(
        business_id=world.business.pk, staff_id=(staff or world.staff).pk, starts_at=since, ends_at=until, note=note,
        by=by or world.desk, at=at,
    )  # fmt: skip


def jobs(world):
    """Four jobs in the span, one of them unpaid, one that only touches it, and one after it."""
    hit = [world.paid(start=START + number * 2 * HOUR) for number in range(3)]
    unpaid = world.book(start=START + 6 * HOUR)
    return hit, unpaid, world.paid(start=TO)


def test_every_job_in_the_span_goes_into_recovery(world, drain_outbox):
    other = world.person()
    hit, unpaid, after = jobs(world)
    world.book(customer=UserFactory(), staff=other, start=START)

    leave = report(world)
    assert [fresh(each).status for each in hit] == ["CONFIRMED"] * 3
    drain_outbox()

    assert [fresh(each).status for each in hit] == ["DECLINED", "DECLINED_WITH_OPTION", "DECLINED_WITH_OPTION"]
    assert (fresh(unpaid).status, fresh(after).status) == ("PENDING", "CONFIRMED")
    row = Decline.objects.filter(booking=hit[0]).get()
    assert (row.staff_member, row.reason_code, row.note, row.acting_as, row.by) == (
        world.staff, "SICK", "Flu.", "DESK", world.desk,
    )  # fmt: skip
    time_off = TimeOff.objects.get()
    assert (leave.time_off, time_off.reason, time_off.starts_at, time_off.ends_at) == (time_off, "SICK", FROM, TO)
    assert AuditEntry.objects.filter(action="booking.sick_leave_reported", actor=world.desk).count() == 1


def test_an_unpaid_job_is_taken_off_when_its_money_comes(world, drain_outbox):
    world.person()
    _hit, unpaid, _after = jobs(world)
    report(world)
    drain_outbox()

    pay(unpaid)
    drain_outbox()

    assert fresh(unpaid).status == "DECLINED_WITH_OPTION"


def test_nobody_who_is_away_is_offered(world, drain_outbox):
    away = world.person()
    booking = world.paid()
    report(world, staff=away)
    drain_outbox()

    decline(booking)

    assert fresh(booking).status == "DECLINED"


def test_a_customer_who_was_offered_somebody_away_is_offered_the_next(world, drain_outbox):
    world.person("a")
    world.person("b")
    booking = world.paid()
    decline(booking)
    first = fresh(booking).replacement

    report(world, staff=first)
    drain_outbox()

    booking = fresh(booking)
    assert booking.status == "DECLINED_WITH_OPTION"
    assert booking.replacement != first
    assert list(booking.offers.order_by("created_at").values_list("outcome", flat=True)) == ["WITHDRAWN", "OPEN"]
    assert [row.staff_member for row in BusyBlock.objects.active()] == [booking.replacement]
    assert Decline.objects.filter(staff_member=first).count() == 0
    assert list(booking.history.values_list("change", flat=True))[-2:] == ["withdraw", "offer"]


def test_where_nobody_is_left_the_customer_chooses(world, drain_outbox):
    only = world.person()
    booking = world.paid()
    decline(booking)

    report(world, staff=only)
    drain_outbox()

    assert (fresh(booking).status, fresh(booking).replacement) == ("DECLINED", None)
    assert not BusyBlock.objects.active().exists()


def test_these_declines_do_not_count_for_ranking_review(world, drain_outbox):
    for number in range(5):
        world.paid(start=START + number * 2 * HOUR)
    report(world)
    drain_outbox()

    assert Decline.objects.count() == 5
    decline(world.paid(start=START + 48 * HOUR))
    assert not RankingReview.objects.exists()


def test_reporting_it_again_is_harmless(world, drain_outbox):
    hit, _unpaid, _after = jobs(world)
    one = report(world)
    drain_outbox()
    late = world.book(start=START + 48 * HOUR)

    again = report(world, by=world.owner)
    drain_outbox()

    assert again == one
    assert (SickLeave.objects.count(), TimeOff.objects.count(), Decline.objects.count()) == (1, 1, 3)
    assert [fresh(each).history.filter(change="decline").count() for each in hit] == [1, 1, 1]
    assert fresh(late).status == "PENDING"


def test_one_job_that_fails_takes_no_other_with_it(world, drain_outbox, monkeypatch):
    from apps.bookings.operations import sick_leave

    hit, _unpaid, _after = jobs(world)
    real = sick_leave.take_off

    def failing(booking, leave, *, at):
        if booking.pk == hit[1].pk:
            raise RuntimeError("lightning")
        real(booking, leave, at=at)

    monkeypatch.setattr(sick_leave, "take_off", failing)
    report(world)
    drain_outbox()
    assert [fresh(each).status for each in hit] == ["DECLINED", "CONFIRMED", "DECLINED"]

    monkeypatch.setattr(sick_leave, "take_off", real)
    drain_outbox(NOW + HOUR)

    assert [fresh(each).status for each in hit] == ["DECLINED"] * 3
    assert not OutboxMessage.objects.filter(task__contains="bookings.tasks.take_job_off").exists()


def test_a_job_that_began_or_ended_meanwhile_is_left_alone(world, drain_outbox):
    hit, _unpaid, _after = jobs(world)
    report(world)
    operations.cancel_booking(booking_id=hit[0].pk, by=world.customer, at=NOW)
    operations.start_booking(booking_id=hit[1].pk, by=world.performer, at=NOW)

    drain_outbox()

    assert [fresh(each).status for each in hit] == ["CANCELLED", "IN_PROGRESS", "DECLINED"]


def test_whoever_came_back_keeps_their_jobs(world, drain_outbox):
    hit, _unpaid, _after = jobs(world)
    leave = report(world)
    leave.time_off.delete()

    drain_outbox()

    assert [fresh(each).status for each in hit] == ["CONFIRMED"] * 3


def test_only_the_desk_and_ops_with_a_note_report_and_only_a_span_that_makes_sense(world):
    elsewhere = make_world()
    for who in (world.customer, world.performer, elsewhere.owner, UserFactory(role="VIEWER")):
        with pytest.raises(NoSuchStaff):
            report(world, by=who)
    with pytest.raises(NoSuchStaff):
        report(world, staff=elsewhere.staff)
    with pytest.raises(ReasonMissing):
        report(world, by=world.ops, note="")
    for since, until in ((TO, FROM), (NOW - HOUR, NOW), (FROM, FROM + timedelta(days=92, minutes=1))):
        with pytest.raises(SpanInvalid):
            report(world, since=since, until=until)
    assert not TimeOff.objects.exists()

    leave = report(world, by=world.ops, note="The owner called.", since=NOW - MINUTE)

    assert leave.reported_as == "OPS"
