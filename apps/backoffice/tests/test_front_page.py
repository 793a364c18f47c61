from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.bookings.models import Booking
from apps.bookings.tests.world import make_world
from apps.core import clock
from apps.core.models import OutboxMessage
from apps.disputes.tests.conftest import disputed

pytestmark = pytest.mark.django_db


def figures_for(client, user):
    client.force_login(user)
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    return page, {figure.label: figure.value for figure in page.context["figures"]}


def test_ops_see_the_day_and_the_escrow_of_everybody(world, client):
    mine, theirs = world.paid(), make_world().paid()
    on_the_day = Booking.objects.get(pk=mine.pk).starts_at

    with clock.frozen(on_the_day - timedelta(minutes=5)):
        page, figures = figures_for(client, UserFactory(admin=True))

    assert theirs.starts_at.date() == on_the_day.date()
    assert figures["Bookings today"] == "2"
    assert figures["Escrow held, NGN"] == "₦10,000.00"
    assert next(bar.count for bar in page.context["bars"]) == 2
    assert page.context["attention"]


def test_an_owner_sees_the_figures_of_their_own_business_alone(world, client):
    booking = world.paid()
    make_world().paid()

    with clock.frozen(Booking.objects.get(pk=booking.pk).starts_at - timedelta(minutes=5)):
        page, figures = figures_for(client, world.owner)

    assert figures["Bookings today"] == "1"
    assert figures["Yours once it clears"] == "₦4,750.00"
    assert page.context["attention"] == []
    assert "Waiting for somebody" not in page.content.decode()


def test_what_went_wrong_asks_for_somebody(world, client, now):
    OutboxMessage.objects.create(task="apps.core.tasks.gone", due_at=now, parked_at=now, created_at=now)

    page, _ = figures_for(client, UserFactory(viewer=True))

    asking = {figure.label: figure.value for figure in page.context["attention"] if figure.asks}
    assert asking == {"Work parked": "1"}


def test_open_disputes_ask_for_somebody(world, client):
    disputed(world)

    page, _ = figures_for(client, UserFactory(viewer=True))

    asking = {figure.label: figure.value for figure in page.context["attention"] if figure.asks}
    assert asking == {"Disputes to decide": "1", "Holds frozen": "1"}


def test_the_front_page_costs_the_same_however_much_there_is(world, client, count_queries):
    viewer = UserFactory(viewer=True)
    world.paid()
    figures_for(client, viewer)
    with count_queries() as one:
        figures_for(client, viewer)

    make_world().paid()
    make_world().paid()
    with count_queries() as three:
        figures_for(client, viewer)

    assert len(three) == len(one)
