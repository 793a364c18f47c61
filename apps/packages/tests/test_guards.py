"""What the database keeps about purchases and uses; each test fails when its guard is dropped."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction

from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, NOW, START
from apps.catalog.tests.factories import BundleFactory, UserFactory
from apps.core.ids import new_id, new_reference
from apps.packages.models import Purchase, Use
from apps.packages.tests.sold import bought, facial, states, unpaid

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"status": "ELSEWHERE"}, "purchase_status_known|purchase_paid_runs_out"),
        ({"paid_at": NOW}, "purchase_paid_runs_out"),
        ({"status": "ACTIVE"}, "purchase_paid_runs_out"),
        ({"status": "ACTIVE", "paid_at": NOW, "expires_at": NOW, "warn_at": NOW - HOUR}, "purchase_paid_runs_out"),
        (
            {"status": "ACTIVE", "paid_at": NOW, "expires_at": NOW + HOUR, "warn_at": NOW + HOUR},
            "purchase_paid_runs_out",
        ),
        ({"price_minor": 0}, "purchase_price_positive"),
        ({"package": None}, "purchase_is_of_one_thing"),
    ],
)
def test_a_purchase_says_what_belongs_to_its_state(world, wrong, name):
    made = unpaid(world)
    copied = {field.attname: getattr(made, field.attname) for field in Purchase._meta.concrete_fields}
    copied |= {"id": new_id(), **{("package_id" if key == "package" else key): value for key, value in wrong.items()}}

    with refused(name), transaction.atomic():
        Purchase.objects.create(**copied)


def test_a_purchase_is_of_a_package_or_a_bundle_not_of_both(world):
    made = unpaid(world)
    copied = {field.attname: getattr(made, field.attname) for field in Purchase._meta.concrete_fields}

    with refused("purchase_is_of_one_thing"), transaction.atomic():
        Purchase.objects.create(**copied | {"id": new_id(), "bundle_id": BundleFactory(business=world.business).pk})


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"state": "ELSEWHERE", "expires_at": NOW}, "use_state_known"),
        ({"worth_minor": 0}, "use_worth_positive"),
        ({"number": 1}, "use_in_order"),
        ({"expires_at": NOW}, "use_paid_runs_out"),
        ({"state": "OPEN"}, "use_paid_runs_out"),
        ({"state": "SPENT", "expires_at": NOW}, "use_spent_by_a_booking"),
        ({"state": "OPEN", "expires_at": NOW, "booking_id": new_id()}, "use_spent_by_a_booking"),
        ({"state": "EXPIRED", "expires_at": NOW}, "use_closed_has_its_moment"),
        ({"state": "REFUNDED", "expires_at": NOW}, "use_closed_has_its_moment"),
    ],
)
def test_a_use_says_what_belongs_to_its_state(world, wrong, name):
    made = unpaid(world)
    told = {"purchase": made, "service": world.service, "number": 9, "list_minor": 1, "worth_minor": 1, **wrong}

    with refused(name), transaction.atomic():
        Use.objects.create(**told)


@pytest.mark.parametrize(
    "change",
    [{"price_minor": 1}, {"customer_id": new_id()}, {"valid_days": 900}, {"title": "Other"}, {"currency": "USD"}],
)
def test_what_was_bought_is_frozen(world, change):
    made = bought(world)

    with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
        Purchase.objects.filter(pk=made.pk).update(**change)


@pytest.mark.parametrize("change", [{"worth_minor": 1}, {"number": 7}, {"list_minor": 7}])
def test_what_a_use_is_worth_is_frozen(world, change):
    made = bought(world)

    with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
        made.uses.filter(number=1).update(**change)


def test_nothing_is_deleted_and_nothing_moves_backwards(world):
    made = bought(world)
    unpaid_again = {"status": "PENDING", "paid_at": None, "expires_at": None, "warn_at": None}

    for act, said in (
        # Past the ORM, which would refuse by itself
        (lambda: Purchase.objects.filter(pk=made.pk)._raw_delete("default"), "Cannot delete rows"),
        (lambda: Use.objects.filter(purchase=made)._raw_delete("default"), "Cannot delete rows"),
        (lambda: Purchase.objects.filter(pk=made.pk).update(**unpaid_again), "Invalid transition"),
        (lambda: made.uses.update(state="AWAITED", expires_at=None), "Invalid transition"),
    ):
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            act()
    assert states(made) == ["OPEN"] * 3


# --- A booking and its use ------------------------------------------------------------------------------------------
def copy_of(booking, **changes):
    told = {field.attname: getattr(booking, field.attname) for field in Booking._meta.concrete_fields}
    told |= {"id": new_id(), "reference": new_reference(8), "change_number": 1, "change": "create", "status": "PENDING"}
    told |= {"confirmed_at": None, "ask_at": None, "remind_at": None, **changes}
    return Booking(**told)


def test_two_bookings_never_have_one_use(world):
    made = bought(world, uses=1)
    booking = world.book(package_id=made.pk)

    with refused("package_use_is_free|booking_use_spent_once"), transaction.atomic():
        copy_of(booking).save(force_insert=True)


def test_the_row_itself_keeps_two_bookings_from_one_use(world):
    made = bought(world, uses=2)
    first = world.book(package_id=made.pk)
    # Somebody has opened the use by hand, past the booking
    Use.objects.filter(pk=first.package_use_id).update(state="OPEN", booking_id=None, spent_at=None)

    with refused("booking_use_spent_once"), transaction.atomic():
        copy_of(first).save(force_insert=True)


@pytest.mark.parametrize("wrong", ["customer", "service", "start", "refunded"])
def test_the_use_fits_the_booking(world, wrong):
    made = bought(world)
    booking = world.book(package_id=made.pk)
    free = made.uses.get(number=2)
    changes = {
        "customer": lambda: {"customer_id": UserFactory().pk},
        "service": lambda: {"service_id": facial(world).pk},
        "start": lambda: {"starts_at": made.expires_at, "ends_at": made.expires_at + HOUR},
        "refunded": dict,
    }[wrong]()
    if wrong == "refunded":
        Use.objects.filter(pk=free.pk).update(state="REFUNDED", closed_at=NOW)

    with refused("package_use_is_free"), transaction.atomic():
        copy_of(booking, package_use_id=free.pk, **changes).save(force_insert=True)
    assert made.uses.get(number=1).booking_id == booking.pk


def test_whatever_ends_an_unpaid_booking_gives_its_use_back(world):
    made = bought(world, uses=1)
    booking = world.book(package_id=made.pk)
    row = Booking.objects.filter(pk=booking.pk)

    row.update(use_returned_at=NOW)
    assert states(made) == ["OPEN"]
    row.update(use_returned_at=None)
    assert (states(made), made.uses.get().booking_id) == (["SPENT"], booking.pk)
    unsettled = copy_of(booking, package_use_id=bought(world, uses=1).uses.get().pk, payment_status="PENDING_PAYMENT",
                        total_minor=5, expires_at=NOW, starts_at=START + 5 * HOUR, ends_at=START + 6 * HOUR)  # fmt: skip
    unsettled.save(force_insert=True)
    Booking.objects.filter(pk=unsettled.pk).update(status="EXPIRED", expired_at=NOW, change_number=2, change="expire")
    assert Use.objects.get(pk=unsettled.package_use_id).state == "OPEN"
    assert Booking.objects.get(pk=unsettled.pk).use_returned_at is not None


def test_a_booking_says_what_its_use_is_worth_and_is_never_without_a_payment_status(world):
    plain, other = world.book(), bought(world).uses.first()
    covered = world.book(package_id=bought(world).pk, start=START + 3 * HOUR)

    for booking, wrong, name in (
        (covered, {"payment_status": None}, "booking_free_needs_no_payment"),
        (plain, {"use_returned_at": NOW}, "booking_covered_by_its_use"),
        (covered, {"refunded_minor": covered.covered_minor + 1}, "booking_refunds_at_most_its_price"),
    ):
        with refused(name), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(**wrong)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Booking.objects.filter(pk=covered.pk).update(covered_minor=1)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Booking.objects.filter(pk=covered.pk).update(package_use=None)
    with refused("booking_covered_by_its_use"), transaction.atomic():
        copy_of(covered, covered_minor=0, package_use_id=other.pk).save(force_insert=True)


def test_a_package_lasts_for_its_days(world):
    assert bought(world, valid_days=3).expires_at == NOW + timedelta(days=3)
