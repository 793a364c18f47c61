from datetime import timedelta

import pytest
from django.db import transaction

from apps.availability import operations, queries
from apps.availability.errors import NoSuchPerson, SlotTaken
from apps.availability.events import HoldsOverdue, TimeOffTaken
from apps.availability.models import BusyBlock
from apps.availability.states import BlockKind
from apps.availability.tests.factories import NOW, make_business, make_service, make_staff, make_user, take
from apps.core import events
from apps.core.ids import new_id

pytestmark = pytest.mark.django_db
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
TEN = NOW + timedelta(days=1)


@pytest.fixture
def staff():
    return make_staff(make_business())


@pytest.fixture
def heard(monkeypatch):
    """Facts that were stated, and a place to say what is done about them."""
    stated, handlers = [], []

    def handle(event):
        stated.append(event)
        for handler in handlers:
            handler(event)

    monkeypatch.setattr(events, "_handlers", {HoldsOverdue: (handle,), TimeOffTaken: (handle,)})
    return stated, handlers


def spans():
    blocks = BusyBlock.objects.active().order_by("during")
    return [(block.during.lower - TEN, block.during.upper - TEN) for block in blocks]


def test_block_takes_the_work_and_its_buffers(staff):
    service, holder, booking = make_service(staff.business), make_user(), new_id()

    pk = take(
        staff, TEN, before=QUARTER, after=2 * QUARTER, booking_id=booking, service_id=service.pk, holder_id=holder.pk,
        expires_at=TEN,
    )  # fmt: skip

    block = BusyBlock.objects.get()
    assert (block.pk, block.staff_member, block.person, block.kind) == (pk, staff, staff.user, BlockKind.BOOKING)
    assert (block.starts_at, block.ends_at, block.expires_at) == (TEN, TEN + HOUR, TEN)
    assert (block.during.lower, block.during.upper) == (TEN - QUARTER, TEN + HOUR + 2 * QUARTER)
    assert (block.booking_id, block.service, block.holder) == (booking, service, holder)
    assert (block.is_active, block.is_running) == (True, False)


def test_time_that_is_taken_is_refused_and_the_transaction_goes_on(staff):
    other = make_staff(staff.business)
    take(staff, TEN, after=QUARTER)

    with transaction.atomic():
        with pytest.raises(SlotTaken):
            take(staff, TEN + HOUR)
        take(other, TEN + HOUR)
        take(staff, TEN + HOUR + QUARTER)

    assert BusyBlock.objects.active().count() == 3


def test_taking_time_costs_one_query(staff, count_queries):
    with count_queries() as counted:
        take(staff, TEN)

    assert len(counted) == 1


def test_hold_that_ran_out_is_ended_by_whom_it_belongs_to_and_then_the_time_is_taken(staff, heard):
    stated, handlers = heard
    overdue = new_id()
    take(staff, TEN, booking_id=overdue, expires_at=NOW)
    handlers.append(lambda event: operations.release_times(booking_ids=event.booking_ids, at=event.at))

    take(staff, TEN)

    assert stated == [HoldsOverdue(booking_ids=(overdue,), at=NOW)]
    assert list(BusyBlock.objects.filter(is_active=False).values_list("booking_id", flat=True)) == [overdue]


def test_hold_that_its_owner_keeps_stays_in_the_way(staff, heard):
    stated, _handlers = heard
    take(staff, TEN, expires_at=NOW)

    with pytest.raises(SlotTaken):
        take(staff, TEN)

    assert len(stated) == 1
    assert BusyBlock.objects.active().count() == 1


def test_live_hold_is_not_asked_about(staff, heard):
    take(staff, TEN, expires_at=NOW + QUARTER)

    with pytest.raises(SlotTaken):
        take(staff, TEN)

    assert heard[0] == []


def test_replacement_hold_that_ran_out_simply_ends(staff, heard):
    take(staff, TEN, kind=BlockKind.REPLACEMENT_HOLD, expires_at=NOW)

    take(staff, TEN)

    assert heard[0] == []
    assert BusyBlock.objects.active().get().kind == BlockKind.BOOKING


def test_released_time_is_free(staff):
    booking, other = new_id(), make_staff(staff.business)
    take(staff, TEN, booking_id=booking)
    take(other, TEN, booking_id=booking)

    assert queries.staff_of_booking(booking) == [staff.pk, other.pk]
    assert operations.release_person(booking_id=booking, staff_member_id=other.pk, at=NOW) == 1
    assert operations.release_time(booking_id=booking, at=NOW) == 1
    assert operations.release_time(booking_id=booking, at=NOW) == 0
    take(staff, TEN)


def test_moved_time_is_taken_instead_of_the_old_and_keeps_what_was_known(staff):
    booking, service, holder = new_id(), make_service(staff.business), make_user()
    take(staff, TEN, booking_id=booking, service_id=service.pk, holder_id=holder.pk, expires_at=TEN)

    operations.move_time(
        booking_id=booking,
        staff_member_ids=[staff.pk],
        starts_at=TEN + HOUR / 2,
        ends_at=TEN + 3 * HOUR / 2,
        before=timedelta(0),
        after=QUARTER,
        at=NOW,
    )

    block = BusyBlock.objects.active().get()
    assert (block.starts_at, block.service, block.holder) == (TEN + HOUR / 2, service, holder)
    assert (block.booking_id, block.expires_at) == (booking, TEN)


def test_time_that_cannot_be_moved_stays_where_it_was(staff):
    booking = new_id()
    take(staff, TEN, booking_id=booking)
    take(staff, TEN + 2 * HOUR)
    before = spans()

    with pytest.raises(SlotTaken):
        operations.move_time(
            booking_id=booking,
            staff_member_ids=[staff.pk],
            starts_at=TEN + 2 * HOUR,
            ends_at=TEN + 3 * HOUR,
            before=timedelta(0),
            after=timedelta(0),
            at=NOW,
        )

    assert spans() == before


def test_hold_becomes_firm_or_lasts_longer(staff):
    booking, firm = new_id(), new_id()
    take(staff, TEN, booking_id=booking, expires_at=TEN)
    take(staff, TEN + HOUR, booking_id=firm)

    assert operations.extend_hold(booking_id=booking, until=TEN + HOUR, at=NOW) == 1
    assert operations.extend_hold(booking_id=firm, until=TEN + HOUR, at=NOW) == 0
    assert BusyBlock.objects.get(booking_id=booking).expires_at == TEN + HOUR
    assert operations.clear_expiry(booking_id=booking, at=NOW) == 1
    assert BusyBlock.objects.get(booking_id=booking).expires_at is None


def test_replacement_takes_over(staff):
    booking, other = new_id(), make_staff(staff.business)
    take(staff, TEN, booking_id=booking)
    take(other, TEN, booking_id=booking, kind=BlockKind.REPLACEMENT_HOLD, expires_at=TEN)

    assert operations.adopt_replacement(booking_id=booking, at=NOW) == 1

    block = BusyBlock.objects.active().get()
    assert (block.staff_member, block.kind, block.expires_at) == (other, BlockKind.BOOKING, None)


def test_job_that_ends_early_frees_the_rest(staff):
    booking = new_id()
    take(staff, TEN, booking_id=booking, after=QUARTER)
    operations.mark_running(booking_id=booking, at=TEN)

    operations.shorten_time(booking_id=booking, ended_at=TEN + HOUR / 2, at=TEN + HOUR / 2)

    assert spans() == [(timedelta(0), HOUR / 2 + QUARTER)]
    assert not BusyBlock.objects.get().is_running


@pytest.mark.parametrize(("ended", "left"), [(-HOUR, 0), (timedelta(0), 0), (2 * HOUR, 1)])
def test_job_that_ends_before_its_time_or_late(staff, ended, left):
    booking = new_id()
    take(staff, TEN, booking_id=booking, after=QUARTER)

    operations.shorten_time(booking_id=booking, ended_at=TEN + ended, at=TEN + ended)

    assert spans() == [(timedelta(0), HOUR + QUARTER)] * left


def test_running_job_locks_its_person_past_the_estimate_and_says_whom_it_hits(staff):
    booking, following = new_id(), new_id()
    take(staff, TEN, booking_id=booking, after=QUARTER)
    take(staff, TEN + HOUR + QUARTER, booking_id=following)
    assert queries.locked_until(staff_member_id=staff.pk, at=TEN) is None

    operations.mark_running(booking_id=booking, at=TEN)

    assert queries.locked_until(staff_member_id=staff.pk, at=TEN) == TEN + HOUR + QUARTER
    assert queries.next_overrun() == TEN + HOUR
    assert operations.claim_overruns(at=TEN + HOUR, limit=10) == []
    late = TEN + HOUR + timedelta(minutes=1)
    assert queries.locked_until(staff_member_id=staff.pk, at=late) == late + QUARTER
    hit = operations.Overrun(booking_id=following, slot_id=None, starts_at=TEN + HOUR + QUARTER, free_at=late + QUARTER)
    assert operations.claim_overruns(at=late, limit=10) == [hit]
    assert operations.claim_overruns(at=late, limit=10) == []
    assert queries.next_overrun() is None


def test_running_job_is_seen_by_free_times(staff):
    service = make_service(staff.business, duration_min=15)
    booking, now = new_id(), TEN + 3 * HOUR
    take(staff, TEN, booking_id=booking, after=QUARTER)
    operations.mark_running(booking_id=booking, at=TEN)
    job = queries.Job(service_id=service.pk)

    check = queries.check_start(job, start=now, at=now)
    starts = queries.first_free(job, after=now, at=now, count=1)

    assert [refusal.rule for refusal in check.refusals[staff.pk]] == ["in_progress"]
    assert [free.starts_at for free in starts] == [now + QUARTER]


def test_booking_that_is_moved_is_not_in_its_own_way(staff):
    service, booking = make_service(staff.business), new_id()
    take(staff, TEN, booking_id=booking)

    job = queries.Job(service_id=service.pk, staff_ids=[staff.pk])
    moving = queries.Job(service_id=service.pk, staff_ids=[staff.pk], ignored_booking=booking)

    assert not queries.check_start(job, start=TEN + HOUR / 2, at=NOW).is_free
    assert queries.check_start(moving, start=TEN + HOUR / 2, at=NOW).is_free


def test_checking_a_start_costs_one_query(staff, count_queries):
    service = make_service(staff.business)

    with count_queries() as counted:
        queries.check_start(queries.Job(service_id=service.pk, staff_ids=[staff.pk]), start=TEN, at=NOW)

    assert len(counted) == 1


def test_people_are_locked_in_one_order_and_strangers_are_not_there(staff):
    other = make_staff(staff.business)

    with transaction.atomic():
        assert operations.lock_people([other.pk, staff.pk, staff.pk]) == [staff, other]
        with pytest.raises(NoSuchPerson):
            operations.lock_people([staff.pk, new_id()])


def test_time_off_names_the_bookings_in_it(staff, heard):
    inside = new_id()
    take(staff, TEN, booking_id=inside)
    take(staff, TEN + 5 * HOUR)

    operations.take_time_off(staff_member_id=staff.pk, starts_at=TEN, ends_at=TEN + 2 * HOUR, by=staff.user, at=NOW)

    [event] = heard[0]
    assert event.booking_ids == (inside,)
