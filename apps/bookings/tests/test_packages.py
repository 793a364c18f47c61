"""Bookings for which a use of a package pays: spent, given back, cleared, refunded; and what is paid on top."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.bookings import operations
from apps.bookings.errors import ExtraUnknown
from apps.bookings.models import Booking
from apps.bookings.operations import QuoteRequest
from apps.bookings.queries import timeline_of
from apps.bookings.tests.sessions import session
from apps.bookings.tests.world import (
    FREE,
    HOUR,
    MINUTE,
    NOW,
    START,
    decline,
    fresh,
    let_through,
    make_world,
    open_payment,
    pay,
)
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.operations import Unit
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.packages import operations as packages
from apps.packages.errors import NoUseLeft, PackageExpired, PackageUnknown
from apps.packages.tests.sold import USE, bought, facial, hold_of, states, unpaid

pytestmark = pytest.mark.django_db
WORTH = 450_000  # a massage of 5,000.00 with a tenth off


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


@pytest.fixture
def calm(world):
    """Three massages, paid."""
    return bought(world)


def balance(address):
    row = Balance.objects.filter(account__address=address).first()
    return row.posted if row else 0


def wallet_of(user):
    return balance(addresses.wallet(user.pk, "NGN"))


def booked(world, purchase, **more):
    return fresh(world.book(package_id=purchase.pk, **more))


def owned_and_extra(world):
    """The owner as the performer, and an extra of 1,000.00."""
    return world.owner_as_staff(), ExtraFactory(service=world.service)


def cancel(booking, by, at):
    with clock.frozen(at):
        return operations.cancel_booking(booking_id=booking.pk, by=by, at=at)


# --- Spending -------------------------------------------------------------------------------------------------------
def test_a_use_pays_for_the_booking_which_is_confirmed_at_once(world, calm):
    booking = booked(world, calm)

    use = calm.uses.get(number=1)
    assert (booking.status, booking.payment_status, booking.total_minor) == ("CONFIRMED", "HELD", 0)
    assert (booking.package_use_id, booking.covered_minor, booking.expires_at) == (use.pk, WORTH, None)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]
    assert (use.booking_id, use.spent_at) == (booking.pk, NOW)
    assert [line["kind"] for line in booking.price_lines] == ["SERVICE", "PACKAGE_USE"]
    assert [line["amount_minor"] for line in booking.price_lines] == [500_000, -500_000]


def test_where_the_business_looks_first_it_awaits_approval_and_the_desk_hears(world, calm):
    world.business.auto_confirm = False
    world.business.save()

    booking = booked(world, calm)

    assert (booking.status, booking.payment_status) == ("PENDING", "HELD")
    assert Notification.objects.filter(notification_type="booking_awaits_approval", user=world.desk).count() == 1
    approved = operations.approve_booking(booking_id=booking.pk, by=world.owner, at=NOW)
    assert approved.status == "CONFIRMED"


def test_premium_and_extras_are_paid_on_top_and_held_by_themselves(world, calm):
    owner, extra = owned_and_extra(world)

    booking = booked(world, calm, staff=owner, extra_ids=[extra.pk])

    assert (booking.status, booking.payment_status, booking.total_minor) == ("PENDING", "PENDING_PAYMENT", 350_000)
    assert [(line["kind"], line["amount_minor"]) for line in booking.price_lines] == [
        ("SERVICE", 500_000), ("PACKAGE_USE", -500_000), ("OWNER_PREMIUM", 250_000), ("EXTRA", 100_000),
    ]  # fmt: skip
    booking = pay(booking)
    assert (booking.status, booking.payment_status) == ("CONFIRMED", "HELD")
    assert EscrowHold.objects.get(unit_type="BOOKING", unit_id=booking.pk).gross_minor == 350_000


def test_the_quote_shows_the_use_the_premium_and_the_extras(world, calm):
    owner, extra = owned_and_extra(world)
    wanted = QuoteRequest(service_id=world.service.pk, staff_id=owner.pk, extra_ids=[extra.pk], package_id=calm.pk)

    quote = operations.quote_booking(request=wanted, customer=world.customer, at=NOW)

    assert [(line.kind, line.label, line.amount_minor) for line in quote.price.lines] == [
        ("SERVICE", "Massage", 500_000), ("PACKAGE_USE", "Calm", -500_000), ("OWNER_PREMIUM", "Owner's premium × 1.50", 250_000),
        ("EXTRA", extra.name, 100_000),
    ]  # fmt: skip
    assert quote.price.total_minor == 350_000


def test_one_seat_is_paid_by_the_use_and_the_others_on_top(world, calm):
    slot = session(world, seats=5)

    booking = operations.book_seats(
        request=operations.SeatRequest(
            service_id=world.service.pk, slot_id=slot.pk, participants=["Ada", "Bola", "Chi"], package_id=calm.pk
        ),
        customer=world.customer,
        at=NOW,
    )

    assert (booking.seats, booking.total_minor, booking.base_minor) == (3, 1_000_000, 1_500_000)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_a_series_spends_a_use_for_each_date_or_nothing_at_all(world, calm):
    request = operations.BookingRequest(
        service_id=world.service.pk, staff_id=world.staff.pk, start=START, package_id=calm.pk
    )
    with pytest.raises(NoUseLeft):
        operations.book_series(
            request=request, rule="FREQ=WEEKLY;COUNT=4", skip_clashes=False, customer=world.customer, at=NOW
        )
    assert (states(calm), Booking.objects.count()) == (["OPEN"] * 3, 0)

    made, _ = operations.book_series(
        request=request, rule="FREQ=WEEKLY;COUNT=3", skip_clashes=False, customer=world.customer, at=NOW
    )

    assert [booking.status for booking in made] == ["CONFIRMED"] * 3
    assert states(calm) == ["SPENT"] * 3


def test_what_cannot_be_spent_is_refused_and_nothing_has_changed(world, calm):
    other = facial(world)
    stranger = UserFactory()
    unpaid_one = unpaid(world, uses=1)

    short = bought(world, valid_days=3)

    for refusal, purchase, more in (
        (PackageUnknown, calm, {"service": other}),
        (PackageUnknown, calm, {"customer": stranger}),
        (PackageUnknown, unpaid_one, {}),
        (PackageExpired, short, {"start": NOW + timedelta(days=3)}),
    ):
        with pytest.raises(refusal), transaction.atomic():
            booked(world, purchase, **more)

    assert (states(calm), Booking.objects.count()) == (["OPEN"] * 3, 0)


def test_when_all_are_spent_the_refusal_names_another_package(world):
    first, second = bought(world, uses=1), bought(world, uses=1)
    booked(world, first)

    with pytest.raises(NoUseLeft) as refusal, transaction.atomic():
        booked(world, first, start=START + 3 * HOUR)

    assert refusal.value.data == {"others": [str(second.pk)]}


def test_booking_anew_with_the_last_use_replaces_ones_own_unpaid_booking(world):
    calm = bought(world, uses=1)
    extra = ExtraFactory(service=world.service)
    first = booked(world, calm, extra_ids=[extra.pk])
    assert first.payment_status == "PENDING_PAYMENT"

    second = booked(world, calm)

    assert (fresh(first).status, second.status) == ("CANCELLED", "CONFIRMED")
    assert calm.uses.get().booking_id == second.pk


# --- Giving back ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "hours_before"), [("customer", 30), ("customer", 24), ("desk", 2), ("owner", 1)])
def test_a_cancel_in_time_or_by_the_business_gives_the_use_back(world, calm, drain_outbox, who, hours_before):
    booking = booked(world, calm)

    at = START - hours_before * HOUR
    cancel(booking, getattr(world, who), at)
    drain_outbox(at)

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == ("CANCELLED", "REFUNDED", 0)
    assert states(calm) == ["OPEN"] * 3
    assert hold_of(calm.uses.get(number=1)).state == "HELD"
    assert wallet_of(world.customer) == 0
    letter = Notification.objects.get(notification_type="booking_cancelled")
    assert letter.context["package_name"] == "Calm"
    assert booked(world, calm, start=START + 30 * HOUR).package_use_id == calm.uses.get(number=1).pk


@pytest.mark.parametrize(
    ("tiers", "back", "hold_left"),
    [
        (None, 225_000, 225_000),  # the default: half after a day before
        ([{"hours_before": 24, "refund_percent": 100}], 0, WORTH),
    ],
)
def test_a_late_cancel_clears_its_hold_by_the_policy(drain_outbox, tiers, back, hold_left):
    world = make_world(business={} if tiers is None else {"cancellation_policy": {"tiers": tiers}})
    calm = bought(world)
    booking = booked(world, calm)
    at = START - 10 * HOUR

    cancel(booking, world.customer, at)
    with clock.frozen(at):
        drain_outbox()

    use = calm.uses.get(number=1)
    hold = hold_of(use)
    assert (use.state, hold.state, hold.left_minor) == ("SPENT", "PENDING_CLEARANCE", hold_left)
    assert wallet_of(world.customer) == back
    booking = fresh(booking)
    assert (booking.refunded_minor, booking.release_due_at) == (back, at + 24 * HOUR)
    assert booking.payment_status == ("PARTIALLY_REFUNDED" if back else "PENDING_CLEARANCE")
    with clock.frozen(at + 24 * HOUR):
        run_sweep("ledger.release_due")
    assert balance(addresses.business_available(world.business.pk, "NGN")) == hold_left - hold_left * 5 // 100
    assert fresh(booking).payment_status == ("PARTIALLY_REFUNDED" if back else "RELEASED")


def test_no_show_spends_the_use(world, calm, drain_outbox):
    booking = booked(world, calm)
    at = START + 20 * MINUTE

    with clock.frozen(at):
        operations.record_no_show(booking_id=booking.pk, by=world.performer, at=at)
        drain_outbox()

    use = calm.uses.get(number=1)
    assert (use.state, hold_of(use).state, hold_of(use).left_minor) == ("SPENT", "PENDING_CLEARANCE", 225_000)
    assert (fresh(booking).payment_status, wallet_of(world.customer)) == ("PARTIALLY_REFUNDED", 225_000)


def test_on_top_and_use_go_the_same_way_on_a_late_cancel(world, calm, drain_outbox):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))
    at = START - 10 * HOUR

    with clock.frozen(at):
        actions = operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=at)
        assert actions.status == "CANCELLED"
        drain_outbox()

    booking = fresh(booking)
    assert wallet_of(world.customer) == 175_000 + 225_000
    assert (booking.refunded_minor, booking.payment_status) == (400_000, "PARTIALLY_REFUNDED")
    assert set(EscrowHold.objects.exclude(state="HELD").values_list("unit_type", "state", "refunded_minor")) == {
        ("BOOKING", "PENDING_CLEARANCE", 175_000),
        (USE, "PENDING_CLEARANCE", 225_000),
    }


def test_on_top_is_given_back_with_the_use_in_time(world, calm, drain_outbox):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))

    at = START - 30 * HOUR
    cancel(booking, world.customer, at)
    drain_outbox(at)

    assert (wallet_of(world.customer), states(calm)) == (350_000, ["OPEN"] * 3)
    assert (fresh(booking).payment_status, fresh(booking).refunded_minor) == ("REFUNDED", 350_000)


def test_a_booking_that_is_not_paid_for_on_top_lets_go_of_its_use(world, calm):
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk])
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]

    with clock.frozen(NOW + 31 * MINUTE):
        run_sweep("bookings.expire_unpaid")

    assert (fresh(booking).status, states(calm)) == ("EXPIRED", ["OPEN"] * 3)
    assert fresh(booking).use_returned_at == NOW + 31 * MINUTE


def test_cancelling_an_unpaid_one_gives_the_use_back_whatever_the_policy(world, calm):
    start = NOW + 3 * HOUR
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk], start=start)

    cancel(booking, world.customer, NOW + 20 * MINUTE)

    assert (fresh(booking).status, states(calm)) == ("CANCELLED", ["OPEN"] * 3)


@pytest.mark.parametrize("is_still_there", [True, False])
def test_money_that_comes_late_revives_it_only_with_its_use(world, drain_outbox, is_still_there):
    calm = bought(world, uses=1)
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk])
    payment = open_payment(booking)
    late = NOW + 40 * MINUTE
    with clock.frozen(late):
        run_sweep("bookings.expire_unpaid")
        if not is_still_there:
            booked(world, calm, start=START + 5 * HOUR)

        let_through(payment, acted_at=NOW)
        drain_outbox()

    booking = fresh(booking)
    if is_still_there:
        assert (booking.status, booking.payment_status, booking.use_returned_at) == ("CONFIRMED", "HELD", None)
        assert calm.uses.get().booking_id == booking.pk
    else:
        assert (booking.status, booking.payment_status) == ("EXPIRED", "REFUNDED")
        assert wallet_of(world.customer) == 100_000


def test_reject_lapse_and_giving_up_give_the_use_back(world, calm, drain_outbox):
    world.person("Second")
    world.business.auto_confirm = False
    world.business.save()
    rejected, lapsed, given_up = (booked(world, calm, start=START + n * HOUR * 3) for n in range(3))

    operations.reject_booking(booking_id=rejected.pk, reason="Closed.", by=world.owner, at=NOW)
    operations.approve_booking(booking_id=given_up.pk, by=world.owner, at=NOW)
    decline(given_up)
    operations.cancel_booking(booking_id=given_up.pk, by=world.customer, at=NOW)
    with clock.frozen(START + 3 * HOUR):
        run_sweep("bookings.lapse_unapproved")

    ended = [fresh(each) for each in (rejected, lapsed, given_up)]
    assert [each.status for each in ended] == ["REJECTED", "CANCELLED_BY_SYSTEM", "CANCELLED_BY_SYSTEM"]
    assert [each.payment_status for each in ended] == ["REFUNDED"] * 3
    assert states(calm) == ["OPEN"] * 3


def test_a_use_that_comes_back_after_its_end_goes_to_the_wallet(world, drain_outbox):
    calm = bought(world, uses=1, valid_days=3)
    booking = booked(world, calm)
    after = NOW + timedelta(days=4)

    with clock.frozen(after):
        run_sweep("packages.expire_uses")
        operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=after)
        drain_outbox()

    assert (states(calm), wallet_of(world.customer)) == (["REFUNDED"], WORTH)
    assert fresh(booking).payment_status == "REFUNDED"


# --- Done -----------------------------------------------------------------------------------------------------------
def test_completion_clears_both_holds_and_the_customer_lets_both_go(world, calm):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))
    operations.start_booking(booking_id=booking.pk, by=world.owner, at=START)
    done_at = START + HOUR

    operations.complete_booking(booking_id=booking.pk, by=world.owner, at=done_at)

    booking = fresh(booking)
    assert (booking.payment_status, booking.release_due_at) == ("PENDING_CLEARANCE", done_at + 24 * HOUR)
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=done_at + HOUR)
    assert fresh(booking).payment_status == "RELEASED"
    assert balance(addresses.business_available(world.business.pk, "NGN")) == (350_000 + WORTH) * 95 // 100
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_the_use_clears_by_itself_a_day_later(world, calm):
    booking = booked(world, calm)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"

    with clock.frozen(START + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert (fresh(booking).payment_status, fresh(booking).release_due_at) == ("RELEASED", None)
    assert [entry.what for entry in timeline_of(fresh(booking), for_business=True)] == [
        "create", "confirm", "package-use", "start", "complete", "clearance-started", "released",
    ]  # fmt: skip


def test_a_dispute_about_the_use_shows_on_the_booking(world, calm):
    booking = booked(world, calm)
    unit = Unit(unit_type=USE, unit_id=booking.package_use_id)

    ledger.freeze_hold(unit=unit, reason="Not as agreed.", by=world.ops, at=NOW)
    assert fresh(booking).payment_status == "FROZEN"
    ledger.unfreeze_hold(unit=unit, reason="Settled.", by=world.ops, at=NOW)
    assert fresh(booking).payment_status == "HELD"


def test_another_person_without_the_premium_gives_the_premium_back_and_keeps_the_use(world, calm, drain_outbox):
    owner = world.owner_as_staff()
    booking = pay(booked(world, calm, staff=owner))
    assert booking.total_minor == 250_000
    decline(booking, by=world.owner)

    operations.accept_replacement(booking_id=booking.pk, by=world.customer, at=NOW)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.total_minor, booking.covered_minor) == ("CONFIRMED", 0, WORTH)
    assert (booking.payment_status, wallet_of(world.customer)) == ("HELD", 250_000)
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]


def test_customers_do_not_move_it_beyond_the_end_of_the_package(world):
    calm = bought(world, uses=1, valid_days=3)
    booking = booked(world, calm)
    beyond = NOW + timedelta(days=3)

    with pytest.raises(PackageExpired):
        operations.reschedule_booking(booking_id=booking.pk, start=beyond, by=world.customer, at=NOW)
    assert fresh(booking).starts_at == START
    moved = operations.reschedule_booking(booking_id=booking.pk, start=beyond, by=world.owner, at=NOW)
    assert moved.starts_at == beyond


def test_a_free_service_needs_no_package(world):
    free = make_world(service=FREE)

    booking = free.book()

    assert (booking.payment_status, booking.package_use_id, booking.covered_minor) == (None, None, 0)


def test_over_http_the_booking_says_what_paid_for_it(api, world, calm):
    body = {"service": str(world.service.pk), "start": START.isoformat(), "package": str(calm.pk)}
    client = api(world.customer)

    quoted = client.post("/api/v1/bookings/quote/", body, format="json").json()["data"]
    made = client.post("/api/v1/bookings/", body, format="json").json()["data"]

    assert quoted["total"] == {"amount": "0.00", "currency": "NGN"}
    assert made["package"] == {
        "id": str(calm.pk), "name": "Calm", "worth": {"amount": "4500.00", "currency": "NGN"}, "is_returned": False,
    }  # fmt: skip
    effects = {each["name"]: each["money_effect"] for each in made["available_actions"]}
    assert effects["cancel"] == "The use of the package can be used again."
    with clock.frozen(START - HOUR):
        late = client.get(f"/api/v1/bookings/{made['id']}/").json()["data"]["available_actions"]
    assert {each["name"]: each["money_effect"] for each in late}["cancel"] == (
        "The use of the package is spent: NGN 2250.00 goes back to the customer; NGN 2250.00 is kept by the cancellation policy."
    )


def test_the_right_package_and_a_wrong_extra_spend_nothing(world, calm):
    with pytest.raises(ExtraUnknown):
        booked(world, calm, extra_ids=[calm.pk])

    assert states(calm) == ["OPEN"] * 3


def test_a_use_that_operations_refund_is_gone_and_the_booking_says_so(world, calm):
    booking = booked(world, calm)
    use = calm.uses.get(number=1)

    ledger.refund_hold(
        unit=Unit(unit_type=USE, unit_id=use.pk), destination="WALLET", reason="Goodwill", by=world.ops, at=NOW,
        idempotency_key="goodwill",
    )  # fmt: skip

    assert states(calm) == ["REFUNDED", "OPEN", "OPEN"]
    assert (fresh(booking).payment_status, fresh(booking).refunded_minor) == ("REFUNDED", WORTH)
    assert packages.is_open(use.pk, starts_at=START) is False
