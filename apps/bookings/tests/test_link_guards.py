"""What the database keeps about links, whatever the code does."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError

from apps.bookings.models import ActionLink, Booking
from apps.bookings.tests.world import HOUR, NOW, START

pytestmark = pytest.mark.django_db


@pytest.fixture
def links(world):
    booking = world.paid()
    return ActionLink.objects.filter(booking=booking)


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def stopped(act):
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        act()


def test_two_rows_never_stand_for_one_link(links):
    first = links.first()
    twin = ActionLink(booking=first.booking, action="CANCEL", digest=first.digest, expires_at=START)

    refused("action_link_once", lambda: twin.save(force_insert=True))


def test_a_link_is_for_something_that_there_is(links):
    odd = ActionLink(booking=links.first().booking, action="PAY", digest="x", expires_at=START)

    refused("action_link_known", lambda: odd.save(force_insert=True))


def test_a_link_ends_once_and_one_way(links):
    refused("action_link_ends_one_way", lambda: links.update(used_at=NOW, revoked_at=NOW))
    links.update(used_at=NOW)
    stopped(lambda: links.update(used_at=NOW + HOUR))
    stopped(lambda: links.update(used_at=None))
    stopped(lambda: links.update(revoked_at=NOW, used_at=None))


def test_a_revoked_link_stays_so(links):
    links.update(revoked_at=NOW)

    stopped(lambda: links.update(revoked_at=None))


def test_no_link_is_used_after_its_time(links):
    refused("action_link_used_in_time", lambda: links.update(used_at=START))


@pytest.mark.parametrize("change", [{"action": "RESCHEDULE"}, {"digest": "x"}, {"created_at": NOW - HOUR}])
def test_a_link_keeps_its_terms_and_stays(links, change):
    one = ActionLink.objects.filter(pk=links.first().pk)

    stopped(lambda: one.update(**change))
    stopped(one.delete)


def test_links_follow_the_booking_however_it_is_written(links):
    booking = Booking.objects.filter(pk=links.first().booking_id)
    noted = {"changed_at": NOW, "changed_as": "SYSTEM"}

    moved = START + timedelta(days=1)
    booking.update(starts_at=moved, ends_at=moved + HOUR, change="reschedule", change_number=3, **noted)
    assert set(links.values_list("expires_at", "revoked_at")) == {(moved, None)}

    booking.update(
        status="CANCELLED", cancelled_at=NOW, change="cancel", change_number=4, ask_at=None, remind_at=None, **noted
    )
    assert set(links.values_list("expires_at", "revoked_at")) == {(moved, NOW)}


def test_a_link_that_was_used_keeps_its_moment_when_the_booking_ends(links):
    links.filter(action="RESCHEDULE").update(used_at=NOW)
    booking = Booking.objects.filter(pk=links.first().booking_id)

    booking.update(
        status="CANCELLED", cancelled_at=NOW, change="cancel", change_number=3, ask_at=None, remind_at=None, changed_at=NOW,
        changed_as="SYSTEM",
    )  # fmt: skip

    assert sorted(links.values_list("action", "used_at", "revoked_at")) == [
        ("CANCEL", None, NOW), ("RESCHEDULE", NOW, None),
    ]  # fmt: skip
