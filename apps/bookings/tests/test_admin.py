import pytest
from django.urls import reverse

from apps.bookings import operations
from apps.bookings.models import AddedExtra, RankingReview, SosAlarm
from apps.bookings.operations import ExtraToAdd, Place, Point
from apps.bookings.states import ContactChannel, ExtraKind
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.core import clock
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
LIST = "admin:bookings_booking_changelist"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


def test_ops_look_and_act(world, client):
    booking = world.paid()
    client.force_login(world.ops)

    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk]))
    for action in ("approve", "start", "complete"):
        act(client, action, booking)

    assert page.status_code == 200
    assert "₦5,000.00" in page.content.decode()
    assert fresh(booking).status == "COMPLETED"
    assert client.get(reverse("admin:bookings_bookingtransition_changelist")).status_code == 200


def test_ops_cancel(world, client):
    booking = world.book()
    client.force_login(world.ops)

    act(client, "cancel", booking, reason=" ")
    assert fresh(booking).status == "PENDING"
    act(client, "cancel", booking)

    assert (fresh(booking).status, fresh(booking).change_reason) == ("CANCELLED", "Because.")
    assert AuditEntry.objects.get(action="booking.cancel").reason == "Because."


def act(client, action, booking, *, reason="Because.", **more):
    return client.post(
        reverse(LIST), {"action": action, "_selected_action": [str(booking.pk)], "reason": reason, **more}
    )


@pytest.mark.parametrize("who", ["ops", "owner", "desk"])
def test_whoever_may_do_it_in_the_api_may_here(db, client, who):
    world = make_world(business={"auto_confirm": False})
    bookings = [world.paid(start=START + number * 24 * HOUR) for number in range(2)]
    unpaid = world.book(start=START + 72 * HOUR)
    world.desk.is_staff = world.owner.is_staff = True
    world.desk.save()
    world.owner.save()
    client.force_login(getattr(world, who))

    act(client, "approve", bookings[0])
    act(client, "reject", bookings[1])
    act(client, "take_cash", unpaid)

    assert [fresh(each).status for each in (*bookings, unpaid)] == ["CONFIRMED", "REJECTED", "CONFIRMED"]
    assert fresh(bookings[1]).rejection_reason == "Because."
    assert fresh(bookings[0]).changed_as == ("OPS" if who == "ops" else "DESK")
    with clock.frozen(START + HOUR):
        act(client, "no_show", bookings[0])
    assert fresh(bookings[0]).status == "NO_SHOW"
    acts = AuditEntry.objects.filter(action__startswith="booking.").values_list("action", "reason")
    assert set(acts) == {
        (f"booking.{name}", "Because.") for name in ("approve", "reject", "cash", "no-show")
    }  # fmt: skip


def test_a_booking_is_given_to_the_person_named(world, client):
    booking, other = world.paid(), world.person("Efe")
    client.force_login(world.ops)

    act(client, "reassign", booking, person="nobody of this name")
    assert fresh(booking).staff_member == world.staff
    act(client, "reassign", booking, person="efe")

    assert fresh(booking).staff_member == other


def test_people_of_another_business_do_nothing_here(world, client):
    booking, elsewhere = world.paid(), make_world()
    elsewhere.owner.is_staff = True
    elsewhere.owner.save()
    client.force_login(elsewhere.owner)

    act(client, "cancel", booking)

    assert fresh(booking).status == "CONFIRMED"


def test_owners_see_their_own_and_the_public_nothing(world, client):
    booking = world.book()
    other = make_world().book()

    client.force_login(world.owner)
    page = client.get(reverse(LIST)).content.decode()
    assert booking.reference in page
    assert other.reference not in page

    client.force_login(UserFactory())
    assert client.get(reverse(LIST)).status_code == 302


def test_declines_offers_absences_and_reviews_are_shown_and_a_review_is_lifted(world, client):
    world.person()
    booking = world.paid()
    decline(booking, note="Fever.")
    leave = operations.report_sick(
        business_id=world.business.pk, staff_id=world.staff.pk, starts_at=START, ends_at=START + HOUR, by=world.desk,
        at=NOW,
    )  # fmt: skip
    review = RankingReview.objects.create(staff_member=world.staff, opened_at=NOW, declines=4, clears_at=START)
    client.force_login(world.ops)

    for model, key in (
        ("decline", booking.declines.get().pk),
        ("replacementoffer", booking.offers.get().pk),
        ("sickleave", leave.pk),
        ("rankingreview", review.pk),
        ("booking", booking.pk),
    ):
        assert client.get(reverse(f"admin:bookings_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:bookings_{model}_change", args=[key])).status_code == 200
    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk])).content.decode()
    assert "Fever." in page
    reviews = reverse("admin:bookings_rankingreview_changelist")
    client.post(reviews, {"action": "lift", "_selected_action": [str(review.pk)]})

    review.refresh_from_db()
    assert (review.end, review.ended_by) == ("LIFTED", world.ops)


def test_an_owner_sees_the_declines_of_their_own_business_only(world, client):
    mine, other = world.paid(), make_world().paid()
    decline(mine)
    decline(other)
    client.force_login(world.owner)

    page = client.get(reverse("admin:bookings_decline_changelist")).content.decode()

    assert mine.reference in page
    assert other.reference not in page


def test_what_was_added_revealed_and_called_for_is_shown_and_ops_waive_and_acknowledge(world, client):
    stones = ExtraFactory(service=world.service)
    booking = world.running()
    item = ExtraToAdd(kind=ExtraKind.EXTRA, id=stones.pk)
    operations.add_extras(booking_id=booking.pk, items=[item], by=world.performer, at=NOW)
    operations.reveal_contact(booking_id=booking.pk, channel=ContactChannel.CALL, by=world.performer, at=NOW)
    point = Point(lat=6.4, lng=3.4, at=NOW)
    operations.log_positions(booking_id=booking.pk, points=[point], by=world.performer, at=NOW)
    alarm, _ = operations.raise_sos(booking_id=booking.pk, by=world.customer, at=START, place=Place(lat=6.4, lng=3.4))
    client.force_login(world.ops)

    pages = [
        client.get(reverse(f"admin:bookings_{name}_changelist"))
        for name in ("addedextra", "contactreveal", "sosalarm", "jobposition")
    ]
    pages += [
        client.get(reverse("admin:bookings_booking_change", args=[booking.pk])),
        client.get(reverse("admin:bookings_sosalarm_change", args=[alarm.pk])),
    ]
    extra = AddedExtra.objects.get()
    for name, action, row in (("addedextra", "waive", extra), ("sosalarm", "acknowledge", alarm)):
        url = reverse(f"admin:bookings_{name}_changelist")
        client.post(url, {"action": action, "_selected_action": [str(row.pk)]})

    assert [page.status_code for page in pages] == [200] * 6
    assert all(booking.reference in page.content.decode() for page in pages)
    assert AddedExtra.objects.get().state == "WAIVED"
    assert SosAlarm.objects.get().acknowledged_by == world.ops
