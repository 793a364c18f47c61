"""What follows a decline: accepted, chosen otherwise, given up, left alone; and the money after each ending."""

from datetime import timedelta

import pytest

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.errors import (
    BookingStarted,
    BookingWrongState,
    NoSuchPerformer,
    NotYours,
    StaffDeclined,
    StartInPast,
)
from apps.bookings.models import Booking, ReplacementOffer
from apps.bookings.sweeps import _next_alert, _next_start_declined
from apps.bookings.tests.world import FREE, HOUR, MINUTE, NOW, START, decline, fresh, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.notifications.wording import Wordbook

pytestmark = pytest.mark.django_db
TOMORROW = START + timedelta(days=1)


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


def wallet_of(user):
    row = Balance.objects.filter(account__address=addresses.wallet(user.pk, "NGN")).first()
    return row.posted if row else 0


def accept(booking, *, by=None, at=None):
    return operations.accept_replacement(booking_id=booking.pk, by=by or booking.customer, at=at or clock.now())


def choose(booking, staff, *, start=None, at=None):
    return operations.choose_staff(
        booking_id=booking.pk, staff_id=staff.pk, start=start, by=booking.customer, at=at or clock.now()
    )


def give_up(booking, *, by=None, at=None, reason=""):
    return operations.cancel_booking(
        booking_id=booking.pk, by=by or booking.customer, at=at or clock.now(), reason=reason
    )


def time_of(booking):
    rows = BusyBlock.objects.active().filter(booking_id=booking.pk)
    return [(row.staff_member, row.kind, row.starts_at) for row in rows]


def outcomes(booking):
    return list(booking.offers.order_by("offered_at", "pk").values_list("outcome", flat=True))


def test_an_accepted_replacement_does_the_job(world):
    other = world.person()
    booking = world.paid()
    decline(booking)

    accept(booking)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.replacement) == ("CONFIRMED", other, None)
    assert (booking.total_minor, booking.payment_status, booking.ask_at) == (500_000, "HELD", START + 2 * HOUR)
    assert time_of(booking) == [(other, "BOOKING", START)]
    assert outcomes(booking) == ["ACCEPTED"]
    told = Notification.objects.filter(notification_type__startswith="booking_handed_over")
    assert {row.user_id for row in told} == {world.customer.pk, other.user_id, world.owner.pk}
    assert {row.attachments[0]["sequence"] for row in told} == {booking.change_number}
    operations.start_booking(booking_id=booking.pk, by=other.user, at=START)
    operations.complete_booking(booking_id=booking.pk, by=other.user, at=START + HOUR)
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=START + HOUR)
    assert EscrowHold.objects.get(unit_id=booking.pk).state == "RELEASED"


def with_owner():
    """A business whose owner was booked at a premium, and a colleague who asks none."""
    world = make_world()
    owner = world.owner_as_staff()
    return world, owner, world.paid(staff=owner)


def test_a_replacement_of_the_owner_costs_no_premium_and_the_difference_goes_back(db, drain_outbox):
    world, _owner, booking = with_owner()
    assert (booking.total_minor, booking.owner_premium) == (750_000, 1.5)
    decline(booking)

    accept(booking)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.total_minor, booking.owner_premium, booking.refunded_minor) == (500_000, 1, 0)
    assert [line["kind"] for line in booking.price_lines] == ["SERVICE"]
    assert (booking.payment_status, wallet_of(world.customer)) == ("HELD", 250_000)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=START + HOUR)
    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.released_minor, hold.net_minor) == ("RELEASED", 500_000, 475_000)
    assert fresh(booking).payment_status == "RELEASED"


@pytest.mark.parametrize("is_late", [False, True])
def test_a_later_cancellation_counts_from_what_it_costs_now(db, drain_outbox, is_late):
    """Whether the premium has left the escrow by then or not."""
    world, _owner, booking = with_owner()
    decline(booking)
    accept(booking)
    if is_late:
        drain_outbox()

    give_up(booking, at=START - 10 * HOUR)
    drain_outbox(START - 10 * HOUR)

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == (
        "CANCELLED",
        "PARTIALLY_REFUNDED",
        250_000,
    )
    assert wallet_of(world.customer) == 250_000 + 250_000
    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.left_minor) == ("PENDING_CLEARANCE", 250_000)


def test_the_premium_stays_away_where_the_owner_takes_over(world, drain_outbox):
    owner = world.owner_as_staff()
    booking = world.paid()
    decline(booking)

    choose(booking, owner)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.staff_member, booking.total_minor, booking.owner_premium) == (owner, 500_000, 1)
    assert wallet_of(world.customer) == 0


def test_the_customer_chooses_somebody_else_than_was_offered(world):
    world.person("Aaron")
    world.person("Zainab")
    booking = world.paid()
    decline(booking)
    offered = fresh(booking).replacement
    other = next(each for each in world.service.performers.exclude(pk__in=[world.staff.pk, offered.pk]))

    choose(booking, other)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.starts_at) == ("CONFIRMED", other, START)
    assert time_of(booking) == [(other, "BOOKING", START)]
    assert outcomes(booking) == ["PASSED"]
    world.book(customer=UserFactory(), staff=offered)


def test_the_customer_chooses_another_time_even_of_the_one_who_declined(world):
    booking = world.paid()
    decline(booking)

    with pytest.raises(StaffDeclined):
        choose(booking, world.staff)
    choose(booking, world.staff, start=TOMORROW)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.starts_at, booking.ends_at) == (
        "CONFIRMED", world.staff, TOMORROW, TOMORROW + HOUR,
    )  # fmt: skip
    assert time_of(booking) == [(world.staff, "BOOKING", TOMORROW)]
    assert booking.ask_at == TOMORROW + 2 * HOUR
    last = booking.history.last()
    assert (last.change, last.starts_at, last.acting_as) == ("choose-staff", TOMORROW, "CUSTOMER")


def test_what_cannot_be_chosen_changes_nothing(world):
    busy, outsider = world.person("busy"), make_world().staff
    booking = world.paid()
    world.book(customer=UserFactory(), staff=busy)
    decline(booking)
    before = Booking.objects.filter(pk=booking.pk).values().get()

    with pytest.raises(SlotTaken) as taken:
        choose(booking, busy)
    with pytest.raises(NoSuchPerformer):
        choose(booking, outsider)
    with pytest.raises(StartInPast):
        choose(booking, busy, start=NOW - HOUR)
    with pytest.raises(BookingStarted):
        choose(booking, busy, at=START)
    with pytest.raises(BookingWrongState):
        accept(booking)

    assert len(taken.value.data["next_free"]) == 3
    assert Booking.objects.filter(pk=booking.pk).values().get() == before
    assert time_of(booking) == []


def test_notice_holds_for_a_new_time_only(db):
    world = make_world(business={"notice_min": 240})
    other = world.person()
    booking = world.paid()
    at = START - HOUR
    decline(booking, at=at)

    with pytest.raises(SlotTaken):
        choose(booking, other, start=START + HOUR, at=at)
    choose(booking, other, at=at)

    assert fresh(booking).staff_member == other


@pytest.mark.parametrize("has_option", [False, True])
@pytest.mark.parametrize("hours", [30, 1])
def test_giving_up_gives_all_back_to_the_wallet_however_late(world, drain_outbox, has_option, hours):
    if has_option:
        world.person()
    booking = world.paid()
    at = START - hours * HOUR
    decline(booking, at=at)

    give_up(booking, at=at)
    drain_outbox(at)

    booking = fresh(booking)
    assert (booking.status, booking.cancelled_at, booking.replacement) == ("CANCELLED_BY_SYSTEM", at, None)
    assert (booking.payment_status, booking.refunded_minor) == ("REFUNDED", 500_000)
    assert (wallet_of(world.customer), time_of(booking)) == (500_000, [])
    assert outcomes(booking) == ["PASSED"] * has_option
    assert booking.history.last().acting_as == "CUSTOMER"
    assert Notification.objects.get(notification_type="booking_cancelled").attachments[0]["is_cancelled"]


@pytest.mark.parametrize("has_option", [False, True])
@pytest.mark.parametrize("is_given_up", [True, False])
def test_of_the_end_whoever_had_declined_is_not_told_again(world, has_option, is_given_up):
    if has_option:
        world.person()
    booking = world.paid()
    decline(booking)

    if is_given_up:
        give_up(booking)
    else:
        operations.lapse_booking(booking_id=booking.pk, at=START)

    told = Notification.objects.filter(notification_type="booking_cancelled_business")
    assert [each.user for each in told] == [world.owner]
    assert Notification.objects.filter(notification_type="booking_taken_off", user=world.performer).count() == 1


def test_giving_up_the_owner_gives_the_premium_back_too(db, drain_outbox):
    world, _owner, booking = with_owner()
    decline(booking)

    give_up(booking)
    drain_outbox()

    assert (fresh(booking).refunded_minor, wallet_of(world.customer)) == (750_000, 750_000)


def test_giving_up_after_the_premium_went_back_gives_the_rest(db, drain_outbox):
    """Handed over, declined again, given up: before the first refund was carried out."""
    world, _owner, booking = with_owner()
    decline(booking)
    accept(booking)
    decline(booking)

    give_up(booking)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.payment_status, booking.refunded_minor, wallet_of(world.customer)) == ("REFUNDED", 500_000, 750_000)


def test_nobody_but_the_customer_decides(world):
    other = world.person()
    booking = world.paid()
    decline(booking)

    for who in (world.owner, world.desk, world.performer):
        with pytest.raises(NotYours):
            accept(booking, by=who)
        with pytest.raises(NotYours):
            operations.choose_staff(booking_id=booking.pk, staff_id=other.pk, by=who, at=NOW)
    with pytest.raises(BookingWrongState):
        give_up(booking, by=world.owner)

    assert fresh(booking).status == "DECLINED_WITH_OPTION"


@pytest.mark.parametrize("has_option", [False, True])
def test_when_the_start_passes_the_platform_ends_it_with_all_money_back(world, drain_outbox, has_option):
    if has_option:
        world.person()
    booking = world.paid()
    decline(booking)
    assert _next_start_declined() == START

    with clock.frozen(START - MINUTE):
        assert run_sweep("bookings.lapse_declined") == 0
    with clock.frozen(START):
        assert run_sweep("bookings.lapse_declined") == 1
        assert run_sweep("bookings.lapse_declined") == 0
        drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, wallet_of(world.customer)) == (
        "CANCELLED_BY_SYSTEM", "REFUNDED", 500_000,
    )  # fmt: skip
    assert (outcomes(booking), time_of(booking)) == (["LAPSED"] * has_option, [])
    assert booking.history.last().acting_as == "SYSTEM"


def test_a_free_booking_ends_without_money(db, drain_outbox):
    world = make_world(service=FREE)
    booking = world.book()
    decline(booking)

    give_up(booking)
    drain_outbox()

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CANCELLED_BY_SYSTEM", None)


def test_three_people_decline_and_it_ends_right(world, drain_outbox):
    """Never the same person twice, the time always one person's, the money untouched until the end."""
    people = [world.person(f"person {number}") for number in range(3)]
    booking = world.paid()
    did = [world.staff]
    for _ in range(3):
        decline(booking)
        accept(booking)
        did.append(fresh(booking).staff_member)
        assert [row[0] for row in time_of(booking)] == [did[-1]]

    assert set(did) == {world.staff, *people}
    assert len(did) == 4
    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")
    assert booking.history.count() == 2 + 3 * 3
    decline(booking)
    assert fresh(booking).status == "DECLINED"
    give_up(booking)
    drain_outbox()
    assert (wallet_of(world.customer), fresh(booking).status) == (500_000, "CANCELLED_BY_SYSTEM")
    assert BusyBlock.objects.active().count() == 0


def test_three_hands_and_the_job_is_done(world, drain_outbox):
    for number in range(3):
        world.person(f"person {number}")
    booking = world.paid()
    for _ in range(3):
        decline(booking)
        accept(booking)
    last = fresh(booking).staff_member

    operations.start_booking(booking_id=booking.pk, by=last.user, at=START)
    operations.complete_booking(booking_id=booking.pk, by=last.user, at=START + HOUR)
    with clock.frozen(START + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "RELEASED")
    assert EscrowHold.objects.get(unit_id=booking.pk).net_minor == 475_000


def test_somebody_who_was_passed_over_is_not_offered_again(world):
    first, second = world.person("a"), world.person("b")
    booking = world.paid()
    decline(booking)
    offered = fresh(booking).replacement
    chosen = next(each for each in (first, second) if each != offered)
    choose(booking, chosen)

    decline(booking)

    assert fresh(booking).status == "DECLINED"


# --- Two hours without an answer ------------------------------------------------------------------------------------
def alerts():
    rows = list(Notification.objects.filter(notification_type="booking_at_risk"))
    book = Wordbook(rows)
    return [(row.user, row.priority, book.rendered(row)) for row in rows]


def sweep_at(at):
    with clock.frozen(at):
        return run_sweep("bookings.alert_of_silence")


def test_after_two_hours_of_silence_the_owner_is_alerted_once_in_these_words(world):
    world.person()
    booking = world.paid()
    decline(booking)
    assert _next_alert() == NOW + 2 * HOUR

    assert sweep_at(NOW + 2 * HOUR - MINUTE) == 0
    assert sweep_at(NOW + 2 * HOUR) == 1
    assert sweep_at(NOW + 3 * HOUR) == 0

    ((owner, priority, words),) = alerts()
    assert (owner, priority) == (world.owner, "HIGH")
    exact = f"Job #{booking.reference} at risk: Customer hasn't responded to replacement."
    assert (words.push, words.subject, words.sms) == (exact, exact, exact)
    assert ReplacementOffer.objects.get().alerted_at == NOW + 2 * HOUR
    assert _next_alert() is None
    assert fresh(booking).status == "DECLINED_WITH_OPTION"


def test_close_to_the_start_half_of_the_time_left_is_enough(world):
    world.person()
    booking = world.paid()
    decline(booking, at=START - HOUR)

    assert sweep_at(START - 31 * MINUTE) == 0
    assert sweep_at(START - 30 * MINUTE) == 1


@pytest.mark.parametrize("answer", ["accept", "give_up", "choose", "none"])
def test_an_answer_or_no_offer_means_no_alert(world, answer):
    if answer != "none":
        world.person()
    booking = world.paid()
    decline(booking)
    if answer == "accept":
        accept(booking)
    elif answer == "give_up":
        give_up(booking)
    elif answer == "choose":
        choose(booking, world.staff, start=TOMORROW)

    assert sweep_at(NOW + 3 * HOUR) == 0
    assert alerts() == []


def test_each_offer_has_its_own_alert(world):
    world.person("a")
    world.person("b")
    booking = world.paid()
    decline(booking)
    sweep_at(NOW + 2 * HOUR)
    accept(booking, at=NOW + 3 * HOUR)
    decline(booking, at=NOW + 4 * HOUR)

    assert sweep_at(NOW + 6 * HOUR) == 1
    assert len(alerts()) == 2


def test_a_hold_survives_until_the_customer_answers(world):
    """Not even a holder's own unpaid booking, or the end of half an hour, frees it."""
    other = world.person()
    booking = world.paid()
    decline(booking)

    with pytest.raises(SlotTaken):
        availability.block_time(
            staff_member_id=other.pk, starts_at=START, ends_at=START + HOUR, kind="MANUAL", at=START - MINUTE
        )
    assert time_of(booking) == [(other, "REPLACEMENT_HOLD", START)]
