"""Bookings that the desk makes for whoever stands at it or telephones."""

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import User
from apps.accounts.operations.one_time_codes import note_phone_proven
from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.bookings.tests.api.at_the_desk import NGOZI, URL, book, made, visit
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world, pay
from apps.bookings.visits import visit_link
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_name_and_a_number_are_enough(world, api):
    booking = made(book(api, world))

    guest = booking.customer
    assert (guest.name, guest.phone, guest.email, guest.is_guest) == ("Ngozi Eze", "+2348031234567", None, True)
    assert (booking.status, booking.payment_status) == ("PENDING", "PENDING_PAYMENT")
    assert booking.expires_at == NOW + 30 * MINUTE
    row = booking.history.get()
    assert (row.by, row.acting_as, row.change) == (world.desk, "DESK", "create")
    entry = AuditEntry.objects.get(action="booking.create")
    assert (entry.actor, entry.target_id) == (world.desk, str(booking.pk))
    assert BusyBlock.objects.of_booking(booking.pk).get().holder == guest


def test_the_same_number_is_the_same_guest_and_anothers_is_not(world, api):
    first = made(book(api, world))
    again = made(book(api, world, start=(START + 3 * HOUR).isoformat()))
    with_mail = made(
        book(api, world, start=(START + 6 * HOUR).isoformat(), customer={**NGOZI, "email": "ngozi@example.com"})
    )

    assert first.customer == again.customer != with_mail.customer
    assert with_mail.customer.email == "ngozi@example.com"


def test_a_customer_whom_the_business_knows_is_booked_for_as_themselves(world, api):
    User.objects.filter(pk=world.customer.pk).update(phone_verified_at=NOW)
    caller = {"name": "Ada", "phone": world.customer.phone}
    stranger = make_world()

    unknown = made(book(api, world, customer=caller))
    world.book(start=START + 3 * HOUR)
    known = made(book(api, world, customer=caller, start=(START + 6 * HOUR).isoformat()))
    elsewhere = made(book(api, stranger, customer=caller))

    assert (unknown.customer.is_guest, elsewhere.customer.is_guest) == (True, True)
    assert known.customer == world.customer


def test_an_unproven_number_leads_to_nobodys_account(world, api):
    world.book(start=START + 3 * HOUR)

    assert made(book(api, world, customer={"name": "Ada", "phone": world.customer.phone})).customer.is_guest


def test_whoever_proves_the_number_has_the_booking_on_their_account(world, api):
    booking = made(book(api, world))
    link = visit_link(booking.pk, booking.customer_id)
    guest = booking.customer
    user = UserFactory(phone=guest.phone, phone_verified_at=None)

    note_phone_proven(user=user, at=NOW)

    assert fresh(booking).customer == user
    guest.refresh_from_db()
    assert (guest.taken_over_by, guest.is_deleted) == (user, True)
    assert api(user).get(f"{URL}{booking.pk}/").status_code == 200
    assert visit(link).status_code == 404
    assert pay(fresh(booking)).status == "CONFIRMED"


def test_a_bookings_customer_does_not_change_otherwise(world, api):
    booking = made(book(api, world))

    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(customer=world.customer)


def test_seats_are_booked_at_the_desk_too(world, api):
    slot = session(world)
    body = {
        "service": str(world.service.pk), "slot": str(slot.pk), "customer": NGOZI, "paid_in_cash": True,
        "participants": [{"name": "Ngozi Eze"}, {"name": "Uche Eze"}],
    }  # fmt: skip

    booking = made(api(world.desk).post(f"/api/v1/businesses/{world.business.pk}/bookings/", body))

    assert (booking.seats, booking.total_minor, booking.payment_status) == (2, 1_000_000, "CASH")


def test_who_may_book_for_others(world, api):
    elsewhere = make_world()

    refused = [book(api, world, who=who) for who in (world.customer, world.performer, elsewhere.owner)]
    silent = book(api, world, who=world.ops)
    spoken = book(api, world, who=world.ops, reason="They called the help line.")

    assert {answer.status_code for answer in refused} == {404}
    assert (silent.status_code, silent.json()["code"]) == (400, "reason_missing")
    assert fresh(made(spoken)).changed_as == "OPS"
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"customer": {"name": "Ngozi"}}, 400, "customer"),
        ({"customer": {"name": "Ngozi", "phone": "0803"}}, 400, "customer"),
        ({"customer": {"name": "", "phone": "+2348031234567"}}, 400, "customer"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_bad_input_is_named_and_makes_nothing(world, api, change, status, field):
    answer = book(api, world, **change)

    assert answer.status_code == status
    assert field in str(answer.json()["errors"])
    assert not Booking.objects.exists()
    assert not User.objects.filter(is_guest=True).exists()


def test_a_service_of_another_business_is_not_there(world, api):
    other = ServiceFactory()

    assert book(api, world, service=str(other.pk)).status_code == 404


def test_a_lost_time_leaves_no_guest_behind(world, api):
    world.book()

    answer = book(api, world)

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert len(answer.json()["data"]["next_free"]) == 3
    assert not User.objects.filter(is_guest=True).exists()
