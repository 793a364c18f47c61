"""What a business says about cancelling, over HTTP, and what it costs a customer then."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world, pay
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.operations import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]
URL = "/api/v1/bookings/"
# Free until two days before, a third back until six hours before, nothing after; a tenth to nobody who does not come.
POLICY = {
    "tiers": [
        {"hours_before": 48, "refund_percent": 100}, {"hours_before": 6, "refund_percent": 33},
        {"hours_before": 0, "refund_percent": 10},
    ],
    "grace_minutes": 20,
    "no_show_refund_percent": 0,
}  # fmt: skip


def say(api, world, policy):
    answer = api(world.owner).patch(f"/api/v1/businesses/{world.business.pk}/", {"cancellation_policy": policy})
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]["cancellation_policy"]


def act(api, world, booking, name, *, at, who=None, **body):
    with clock.frozen(at):
        answer = api(who or world.customer).post(f"{URL}{booking.pk}/{name}/", body)
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def test_a_business_says_its_policy_and_each_booking_keeps_what_it_was_made_under(world, api):
    assert say(api, world, POLICY) == POLICY
    booking = world.book()
    say(api, world, {"tiers": [{"hours_before": 0, "refund_percent": 100}]})

    seen = api(world.customer).get(f"{URL}{booking.pk}/").json()["data"]["cancellation_policy"]
    later = world.book(start=START + 3 * HOUR)

    assert seen == {**POLICY, "free_until": "2026-11-18T09:00:00Z"}
    assert later.cancellation_policy == {
        "tiers": [{"hours_before": 0, "refund_percent": 100}], "grace_minutes": 5, "no_show_refund_percent": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "back"),
    [(72, 500_000), (48, 500_000), (47.99, 165_000), (6, 165_000), (5.99, 50_000), (0.01, 50_000)],
)
def test_what_goes_back_by_the_time_left(world, api, drain_outbox, before, back):
    say(api, world, POLICY)
    booking = pay(world.book(start=START + timedelta(days=3)))
    at = booking.starts_at - before * HOUR

    with clock.frozen(at):
        offered = api(world.customer).get(f"{URL}{booking.pk}/").json()["data"]["available_actions"]
    act(api, world, booking, "cancel", at=at)
    drain_outbox(at)

    assert fresh(booking).refunded_minor == back
    assert f"{back // 100}.00 goes back" in next(each for each in offered if each["name"] == "cancel")["money_effect"]


@pytest.mark.parametrize(("minutes", "back"), [(20, 500_000), (21, 50_000)])
def test_the_grace_after_booking(world, api, drain_outbox, minutes, back):
    say(api, world, POLICY)
    booking = pay(world.book(start=NOW + 5 * HOUR))

    act(api, world, booking, "cancel", at=NOW + minutes * MINUTE)
    drain_outbox(NOW + minutes * MINUTE)

    assert fresh(booking).refunded_minor == back


def test_moving_late_keeps_the_fee_and_never_raises_it(world, api, drain_outbox):
    say(api, world, POLICY)
    booking = pay(world.book())
    far = START + timedelta(days=10)

    act(api, world, booking, "reschedule", at=START - 10 * HOUR, start=far.isoformat())
    act(api, world, booking, "reschedule", at=START - 9 * HOUR, start=(far + HOUR).isoformat())
    act(api, world, booking, "cancel", at=START)
    drain_outbox(START)

    assert fresh(booking).refunded_minor == 165_000


def test_moving_by_the_desk_costs_nobody_anything(world, api, drain_outbox):
    say(api, world, POLICY)
    booking = pay(world.book())

    act(
        api, world, booking, "reschedule", at=START - HOUR, who=world.desk,
        start=(START + timedelta(days=10)).isoformat(),
    )  # fmt: skip
    act(api, world, booking, "cancel", at=START)
    drain_outbox(START)

    assert fresh(booking).refunded_minor == 500_000


def test_what_is_kept_clears_for_a_day_with_commission_on_that_part_alone(world, api, drain_outbox):
    say(api, world, POLICY)
    booking = pay(world.book())
    at = START - 10 * HOUR

    act(api, world, booking, "cancel", at=at)
    with clock.frozen(at):
        drain_outbox()

    hold = EscrowHold.objects.get(unit_id=booking.pk)
    kept = 500_000 - 165_000
    assert (hold.state, hold.left_minor, hold.release_due_at) == ("PENDING_CLEARANCE", kept, at + 24 * HOUR)
    assert hold.commission_minor * 20 == kept
    with clock.frozen(at + 24 * HOUR - MINUTE):
        assert run_sweep("ledger.release_due") == 0
    with clock.frozen(at + 24 * HOUR):
        run_sweep("ledger.release_due")
    hold.refresh_from_db()
    assert (hold.state, fresh(booking).payment_status) == ("RELEASED", "PARTIALLY_REFUNDED")


def test_a_no_show_keeps_what_the_policy_says_and_may_be_disputed(world, api, drain_outbox):
    say(api, world, POLICY)
    booking = pay(world.book())
    at = START + 16 * MINUTE

    act(api, world, booking, "no-show", at=at, who=world.performer)
    drain_outbox(at)
    ledger.freeze_hold(unit=Unit(unit_type="BOOKING", unit_id=booking.pk), reason="I was there.", by=world.ops, at=at)
    with clock.frozen(at + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert (fresh(booking).status, fresh(booking).refunded_minor) == ("NO_SHOW", 0)
    assert EscrowHold.objects.get(unit_id=booking.pk).state == "FROZEN"


def test_without_a_policy_of_its_own_it_is_the_default(db, api, drain_outbox):
    world = make_world()
    booking = pay(world.book())

    act(api, world, booking, "no-show", at=START + HOUR, who=world.desk)
    drain_outbox(START + HOUR)

    assert fresh(booking).refunded_minor == 250_000
