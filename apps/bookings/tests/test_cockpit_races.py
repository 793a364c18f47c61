"""What staff and customer do at once while a job runs: one outcome, and nothing half done."""

import pytest

from apps.bookings import operations
from apps.bookings.models import AddedExtra, SosAlarm
from apps.bookings.operations import ExtraToAdd
from apps.bookings.states import ExtraKind
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, fresh, let_through, make_world
from apps.catalog.models import Product
from apps.catalog.tests.factories import ExtraFactory, ProductFactory
from apps.core.errors import DomainError
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


def adding(world, booking, thing, kind, quantity=1):
    def act():
        item = ExtraToAdd(kind=kind, id=thing.pk, quantity=quantity)
        return operations.add_extras(booking_id=booking.pk, items=[item], by=world.performer, at=NOW)

    return act


def lost(answers):
    return [answer for answer in answers if isinstance(answer, DomainError)]


def rounds(world):
    for number in range(ROUNDS):
        booking = world.running(start=START + number * 24 * HOUR)
        yield booking
        if fresh(booking).status == "IN_PROGRESS":
            operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)


def test_adding_and_completing_at_once():
    world = make_world()
    stones = ExtraFactory(service=world.service)

    for booking in rounds(world):
        answers = at_once(
            adding(world, booking, stones, ExtraKind.EXTRA),
            lambda booking=booking: operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW),
        )
        assert lost(answers[1:]) == []
        states = list(AddedExtra.objects.filter(booking=booking).values_list("state", flat=True))
        assert states == ([] if lost(answers) else ["DUE"])
        assert fresh(booking).extras_minor == 100_000 * len(states)
        asked = Notification.objects.filter(notification_type="payment_required", subject_id=str(booking.pk))
        assert asked.count() == len(states)


def test_refusing_twice_and_completing_at_once():
    world = make_world()
    oil = ProductFactory(business=world.business, stock_count=100)

    for booking in rounds(world):
        (extra,) = adding(world, booking, oil, ExtraKind.PRODUCT, 2)()
        before = Product.objects.get(pk=oil.pk).stock_count

        def refuse(booking=booking, extra=extra):
            return operations.refuse_extra(booking_id=booking.pk, extra_id=extra.pk, by=world.customer, at=NOW)

        answers = at_once(
            refuse,
            refuse,
            lambda booking=booking: operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW),
        )
        is_refused = AddedExtra.objects.get(pk=extra.pk).state == "REFUSED"
        assert len(lost(answers)) == (1 if is_refused else 2)
        assert Product.objects.get(pk=oil.pk).stock_count == before + (2 if is_refused else 0)


def test_two_jobs_want_the_last_one_on_the_shelf():
    world = make_world()
    other = world.person()
    first = world.running()
    second = world.paid(staff=other, start=START + 3 * HOUR)
    operations.start_booking(booking_id=second.pk, by=other.user, at=NOW)

    for _ in range(ROUNDS):
        oil = ProductFactory(business=world.business, stock_count=1)
        item = [ExtraToAdd(kind=ExtraKind.PRODUCT, id=oil.pk)]
        answers = at_once(
            lambda item=item: operations.add_extras(booking_id=first.pk, items=item, by=world.performer, at=NOW),
            lambda item=item: operations.add_extras(booking_id=second.pk, items=item, by=other.user, at=NOW),
        )
        assert [refusal.code for refusal in lost(answers)] == ["out_of_stock"]
        assert Product.objects.get(pk=oil.pk).stock_count == 0


def test_paying_and_waiving_at_once():
    world = make_world()
    stones = ExtraFactory(service=world.service)

    for booking in rounds(world):
        (extra,) = adding(world, booking, stones, ExtraKind.EXTRA)()
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)
        item = ItemToPay(item_type="EXTRA", item_id=extra.pk)
        payment = payments.initialize_payment(items=[item], payer=world.customer, at=NOW)

        answers = at_once(
            lambda payment=payment: let_through(payment),
            lambda booking=booking, extra=extra: operations.waive_extra(
                booking_id=booking.pk, extra_id=extra.pk, reason="Sorry.", by=world.desk, at=NOW
            ),
        )
        state = AddedExtra.objects.get(pk=extra.pk).state
        hold = EscrowHold.objects.get(unit_id=extra.pk)
        # Whoever waived first keeps it waived, and the money is on its way back; else it was paid and clears.
        assert (state, hold.state) == (
            ("PAID", "PENDING_CLEARANCE") if lost(answers) else ("WAIVED", "HELD")
        )  # fmt: skip
        assert payments_back(payment) == (0 if lost(answers) else 1)
    assert_ledger_sound()


def payments_back(payment):
    return payment.refunds.count()


def test_two_acknowledge_an_alarm_at_once():
    world = make_world()
    booking = world.paid()

    for _ in range(ROUNDS):
        alarm, is_new = operations.raise_sos(booking_id=booking.pk, by=world.customer, at=START)
        answers = at_once(
            *(
                lambda who=who, alarm=alarm: operations.acknowledge_sos(
                    booking_id=booking.pk, alarm_id=alarm.pk, by=who, at=START
                )
                for who in (world.owner, world.desk, world.ops)
            )
        )
        assert is_new
        assert [refusal.code for refusal in lost(answers)] == ["alarm_acknowledged"] * 2
        seen = Notification.objects.filter(notification_type="sos_acknowledged", dedupe_key__endswith=str(alarm.pk))
        assert seen.count() == 1


def test_a_storm_of_calls_at_once_is_one_alarm():
    world = make_world()
    booking = world.paid()

    answers = at_once(
        *(lambda: operations.raise_sos(booking_id=booking.pk, by=world.performer, at=START) for _ in range(12))
    )

    assert sum(is_new for _, is_new in answers) == 1
    assert SosAlarm.objects.count() == 1
    assert Notification.objects.filter(notification_type="sos").count() == 3


def test_two_sweeps_tell_an_alarm_again_once():
    world = make_world()
    booking = world.paid()
    operations.raise_sos(booking_id=booking.pk, by=world.customer, at=START)
    later = START + HOUR

    answers = at_once(*(lambda: operations.repeat_sos(at=later, limit=10) for _ in range(3)))

    assert sum(answers) == 1
    assert SosAlarm.objects.get().rounds == 2
