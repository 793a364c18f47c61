"""A business's day in the back office."""

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.availability import operations as availability
from apps.bookings.tests.sessions import paid_seat, session
from apps.bookings.tests.world import HOUR, NOW, START, decline, make_world
from apps.catalog.tests.factories import BusinessFactory
from apps.catalog.tests.factories import UserFactory as Customer

pytestmark = pytest.mark.django_db
ON = {"date": "2026-11-20"}


def page_for(client, user, **query):
    client.force_login(user)
    return client.get(reverse("back-office-day"), query)


def test_the_owner_of_one_business_sees_its_day_at_once(world, client):
    booking = world.paid()
    availability.take_time_off(
        staff_member_id=world.staff.pk, starts_at=START + 3 * HOUR, ends_at=START + 7 * HOUR, note="Dentist",
        by=world.desk, at=NOW,
    )  # fmt: skip
    paid_seat(world, session(world, seats=5, start=START + 2 * HOUR), customer=Customer())
    decline(world.paid(start=START + 8 * HOUR, staff=world.person("Efe")))

    page = page_for(client, world.owner, **ON)

    words = page.content.decode()
    assert page.status_code == 200
    assert [row.name for row in page.context["rows"]] == ["Chidi", "Efe", "Nobody in particular"]
    assert [entry.title for entry in page.context["rows"][0].entries] == [
        "Massage, Ada Obi",
        "Away",
        "Held for a customer",
    ]
    for told in (
        "10:00 to 11:00",
        "confirmed, ₦5,000.00, held in escrow",
        "Dentist",
        "1 of 5 seats",
        "Friday 20 November 2026",
    ):
        assert told in words, told
    assert reverse("admin:bookings_booking_change", args=[booking.pk]) in words


def test_what_overlaps_has_lanes_of_its_own_and_lies_where_it_is_by_the_clock(world, client):
    session(world, start=START)
    session(world, start=START + HOUR / 2)
    session(world, start=START + HOUR)

    page = page_for(client, world.owner, **ON)

    [chidi, nobody] = page.context["rows"]
    assert (chidi.entries, nobody.lanes) == ([], 2)
    assert [(entry.left, entry.width, entry.lane) for entry in nobody.entries] == [
        (20.0, 10.0, 0), (25.0, 10.0, 1), (30.0, 10.0, 0),
    ]  # fmt: skip
    assert page.context["hours"] == [f"{hour:02}:00" for hour in range(8, 18)]


def test_the_hours_grow_with_what_is_on(world, client):
    world.paid(start=START - 4 * HOUR)
    world.paid(start=START + 13 * HOUR)

    assert page_for(client, world.owner, **ON).context["hours"] == [f"{hour:02}:00" for hour in range(6, 24)]


def test_people_of_a_business_see_their_own_alone(world, client):
    stranger = make_world().paid()
    world.desk.is_staff = True
    world.desk.save()

    page = page_for(client, world.desk, business=str(stranger.business_id), **ON)

    assert "business" not in page.context
    assert stranger.business.name not in [choice.name for choice in page.context["choices"] if choice != world.business]
    assert stranger.reference not in page.content.decode()
    assert page_for(client, world.desk, **ON).context["business"] == world.business


def test_who_has_several_and_ops_choose(world, client):
    second = BusinessFactory(owner=world.owner, name="Second Spa")
    ops = UserFactory(admin=True)

    mine = page_for(client, world.owner)
    found = page_for(client, ops, q="second")
    chosen = page_for(client, ops, business=str(second.pk))
    none = page_for(client, ops, q="nowhere")

    assert {choice.name for choice in mine.context["choices"]} == {"Serenity Spa", "Second Spa"}
    assert [choice.name for choice in found.context["choices"]] == ["Second Spa"]
    assert chosen.context["business"] == second
    assert "No business is called so." in none.content.decode()


@pytest.mark.parametrize("query", [{"date": "soon"}, {"business": "x"}, {"date": "0001-01-01"}, {"q": "%\\"}])
def test_nonsense_is_no_error(world, client, query):
    assert page_for(client, world.owner, **query).status_code == 200


def test_customers_and_strangers_have_no_such_page(world, client):
    assert page_for(client, world.customer).status_code == 302
    client.logout()
    assert client.get(reverse("back-office-day")).status_code == 302


def test_many_jobs_cost_the_same(world, client, count_queries):
    def cost():
        client.force_login(world.owner)
        with count_queries() as counted:
            assert client.get(reverse("back-office-day"), ON).status_code == 200
        return len(counted)

    world.paid()
    cost()
    one = cost()
    for number in range(3):
        person = world.person(f"person {number}")
        world.book(staff=person, customer=Customer())
        world.book(staff=person, customer=Customer(), start=START + 3 * HOUR)

    assert cost() == one
