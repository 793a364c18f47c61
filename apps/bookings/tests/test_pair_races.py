"""Two people act on one booking at once, for every pair of actions that the machine allows in a situation.

The pairs are read off the machine's own table. Where it allows neither after the other, one wins and the other hears that
the state does not allow it any more; where it allows both, one after the other, both may have done what they wanted.
"""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from itertools import combinations_with_replacement
from threading import Barrier

import pytest
from django.db import connection

from apps.availability.models import BusyBlock
from apps.bookings import machine, operations
from apps.bookings.models import Booking
from apps.bookings.operations import ExtraToAdd, Point
from apps.bookings.states import ContactChannel, ExtraKind, Party
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, decline, fresh, let_through, make_world
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock, outbox
from apps.core.errors import DomainError
from apps.core.models import OutboxMessage
from apps.core.money import Money
from apps.disputes.operations import Objection
from apps.disputes.states import DisputeReason
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)
SOP = [{"id": "towels", "label": "Towels", "required": False}]
# As whom each is done here; where an action is open to several, to the one beside whom the others act.
PARTIES = {
    "cash": "desk", "approve": "desk", "reject": "owner", "decline": "performer", "reschedule": "customer",
    "reassign": "desk", "cancel": "customer", "update": "customer", "notes": "desk", "start": "performer",
    "no-show": "desk", "contact": "performer", "sos": "customer", "sop": "performer", "add-extra": "performer",
    "complete": "performer", "positions": "performer", "accept-replacement": "customer", "choose-staff": "customer",
    "confirm-release": "customer", "dispute": "customer", "tip": "customer",
}  # fmt: skip
OBJECTION = Objection(reason=DisputeReason.POOR_WORK, note="The towels were cold.")
PARTY_OF = {
    "desk": Party.DESK, "owner": Party.DESK, "performer": Party.STAFF, "customer": Party.CUSTOMER,
}  # fmt: skip
# These leave the state alone and are in the history all the same.
NOTED = {"reschedule", "reassign"}


class Two:
    """Two threads with connections of their own, who begin together."""

    def __init__(self):
        self.pool, self.barrier = ThreadPoolExecutor(2), Barrier(2)

    def __call__(self, *acts):
        return [future.result() for future in [self.pool.submit(copy_context().run, self._run, one) for one in acts]]

    def _run(self, one):
        self.barrier.wait()
        try:
            return one()
        except DomainError as refusal:
            return refusal

    def _leave(self):
        connection.close()  # the thread's own

    def close(self):
        self(self._leave, self._leave)
        self.pool.shutdown()


@pytest.fixture
def two():
    made = Two()
    yield made
    made.close()


def doing(world, booking, name, at):
    """One act on the booking, as the person who does it here."""
    who = "desk" if name == "cancel" and at >= booking.starts_at else PARTIES[name]
    own = {"booking_id": booking.pk, "by": getattr(world, who), "at": at}
    acts = {
        "cash": lambda: operations.take_cash(**own),
        "approve": lambda: operations.approve_booking(**own),
        "reject": lambda: operations.reject_booking(reason="Closed.", **own),
        "decline": lambda: operations.decline_booking(reason_code="TOO_FAR", **own),
        "reschedule": lambda: operations.reschedule_booking(start=booking.starts_at + 3 * HOUR, **own),
        "reassign": lambda: operations.reassign_booking(staff_id=world.others[-1].pk, **own),
        "cancel": lambda: operations.cancel_booking(**own),
        "update": lambda: operations.edit_booking(special_requests="Quiet.", **own),
        "notes": lambda: operations.write_notes(notes="VIP", **own),
        "start": lambda: operations.start_booking(**own),
        "no-show": lambda: operations.record_no_show(**own),
        "contact": lambda: operations.reveal_contact(channel=ContactChannel.CALL, **own),
        "sos": lambda: operations.raise_sos(**own),
        "sop": lambda: operations.tick_items(items={"towels": True}, **own),
        "add-extra": lambda: operations.add_extras(
            items=[ExtraToAdd(kind=ExtraKind.EXTRA, id=world.extra.pk)], **own
        ),
        "complete": lambda: operations.complete_booking(**own),
        "positions": lambda: operations.log_positions(points=[Point(lat=6.4, lng=3.4, at=at)], **own),
        "accept-replacement": lambda: operations.accept_replacement(**own),
        "choose-staff": lambda: operations.choose_staff(staff_id=world.others[-1].pk, **own),
        "confirm-release": lambda: operations.confirm_release(**own),
        "dispute": lambda: operations.dispute_booking(objection=OBJECTION, **own),
        "tip": lambda: operations.offer_tip(amount=Money(50_000, "NGN"), **own),
    }  # fmt: skip
    return acts[name]


def test_every_action_of_the_machine_is_tried_here():
    assert {action.name for action in machine.ACTIONS} == {*PARTIES, "pay"}


# --- What the machine's table says -------------------------------------------------------------------------------------
def enabled(booking, at):
    """The names of what could be done with the booking now, by those who do it here."""
    names = []
    for action in machine.ACTIONS:
        who = "desk" if action.name == "cancel" and at >= booking.starts_at else PARTIES.get(action.name)
        party = PARTY_OF.get(who)
        if party in action.parties and action.refusal(booking, party, at) is None:
            names.append(action.name)
    return names


def target_of(name, status):
    """The state after it: another one, or the same. Whoever takes cash confirms by that."""
    if name == "cash" and status == "PENDING":
        return "CONFIRMED"
    for move in Booking._meta.get_field("status").get_all_transitions(Booking):
        action = move.custom.get("action")
        if action is not None and action.name == name and move.source == status:
            return str(move.target)
    return str(status)


def may_follow(second, first, status):
    """Whether the table allows the second once the first is done."""
    after = target_of(first, status)
    return any(after in action.sources for action in machine.ACTIONS if action.name == second)


def moves(name, status):
    return target_of(name, status) != str(status)


# --- Situations --------------------------------------------------------------------------------------------------------
def build(kind):
    """A world for the situation; bookings come one a day."""
    world = make_world(business={"horizon_days": 730, "auto_confirm": kind != "paid"}, service={"sop_template": SOP})
    world.extra = ExtraFactory(service=world.service)
    if kind != "declined":
        world.others = [world.person("Efe"), world.person("Uche")]
    return world


def book(world, count, *, is_paid, first=0):
    """So many bookings from that day on, paid for in one go."""
    made = [world.book(start=START + (first + number) * DAY) for number in range(count)]
    if is_paid:
        items = [ItemToPay(item_type="BOOKING", item_id=booking.pk) for booking in made]
        let_through(payments.initialize_payment(items=items, payer=world.customer, at=clock.now()))
    return made


def bring(world, booking, kind):
    """The booking in the situation, with the moment at which two act on it."""
    before, late = booking.starts_at - HOUR, booking.starts_at + 20 * MINUTE
    if kind == "unpaid":
        return fresh(booking), NOW + MINUTE
    if kind in {"declined", "offered"}:
        decline(booking, reason_code="TOO_FAR", at=NOW)
        return fresh(booking), before
    if kind in {"running", "complete"}:
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=before)
    if kind == "complete":
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=late)
    return fresh(booking), late if kind in {"late", "running", "complete"} else before


SITUATIONS = {
    "unpaid": "PENDING", "paid": "PENDING", "confirmed": "CONFIRMED", "late": "CONFIRMED", "running": "IN_PROGRESS",
    "complete": "COMPLETED", "declined": "DECLINED", "offered": "DECLINED_WITH_OPTION",
}  # fmt: skip


@pytest.mark.parametrize("kind", SITUATIONS)
def test_each_pair_of_actions_at_once(two, kind):
    world = build(kind)
    [probe] = book(world, 1, is_paid=kind != "unpaid")
    probe, at = bring(world, probe, kind)
    status = str(probe.status)
    assert status == SITUATIONS[kind]
    pairs = [
        pair
        for pair in combinations_with_replacement(dict.fromkeys(enabled(probe, at)), 2)
        for _ in range(2 if all(moves(name, status) for name in pair) else 1)
    ]
    assert len(pairs) >= 6
    tidy(world, probe, at)
    bookings = book(world, len(pairs), is_paid=kind != "unpaid", first=1)
    if kind == "declined":
        declined = [bring(world, booking, kind) for booking in bookings]
        world.others = [world.person("Uche")]
    for number, (pair, booking) in enumerate(zip(pairs, bookings, strict=True)):
        booking, at = declined[number] if kind == "declined" else bring(world, booking, kind)  # noqa: PLW2901
        changes = booking.history.count()
        answers = two(*(doing(world, booking, name, at) for name in pair))
        judge(pair, status, answers, booking, changes)
        tidy(world, booking, at)
    assert_money_is_exact(world)


def judge(pair, status, answers, booking, changes):
    """One of the two orders explains what became of the booking."""
    won = [name for name, answer in zip(pair, answers, strict=True) if not isinstance(answer, DomainError)]
    lost = [answer for answer in answers if isinstance(answer, DomainError)]
    first, second = pair
    either = may_follow(second, first, status), may_follow(first, second, status)
    now, told = fresh(booking), (pair, answers)

    assert won, told
    # Whoever has lost the job to somebody else does not see it any more.
    assert all(each.status == 409 or (each.status == 404 and "reassign" in pair) for each in lost), told
    # A replacement was offered in the same breath.
    status_now = "DECLINED" if "decline" in won and now.status == "DECLINED_WITH_OPTION" else str(now.status)
    if not any(either):
        assert [refusal.code for refusal in lost] == ["wrong_state"], told
    ends = {target_of(name, status) for name in won if moves(name, status)} or {status}
    if len(won) == 2 and any(moves(name, status) for name in won):
        ends |= {target_of(second, target_of(first, status)), target_of(first, target_of(second, status))}
    assert status_now in ends, told
    noted = sum(name in NOTED or moves(name, status) for name in won)
    assert now.history.count() - changes >= noted, told
    assert [row.number for row in now.history.order_by("number")] == list(range(1, now.change_number + 1)), told
    taken = BusyBlock.objects.of_booking(booking.pk)
    assert taken.count() == (now.status in TAKES_TIME), (now.status, told)
    assert not now.is_active or {block.starts_at for block in taken} == {now.starts_at}, told


TAKES_TIME = {"PENDING", "CONFIRMED", "IN_PROGRESS", "COMPLETED", "DECLINED_WITH_OPTION"}


def tidy(world, booking, at):
    """Nobody is kept by it, and nothing of it stands in the way of the next."""
    booking = fresh(booking)
    if booking.status == "IN_PROGRESS":
        operations.complete_booking(booking_id=booking.pk, by=world.desk, at=at + MINUTE)


def assert_money_is_exact(world):
    OutboxMessage.objects.exclude(task__endswith="carry_out_refund").delete()
    while outbox.drain(at=clock.now()):
        pass
    refunded = 0
    for booking in Booking.objects.filter(customer=world.customer):
        hold = EscrowHold.objects.filter(unit_id=booking.pk).first()
        refunded += booking.refunded_minor
        assert (hold is None) == (booking.payment_status in {"PENDING_PAYMENT", "CASH"})
        assert hold is None or hold.left_minor + hold.released_minor == booking.total_minor - booking.refunded_minor
    wallet = Balance.objects.filter(account__address=addresses.wallet(world.customer.pk, "NGN")).first()
    assert (wallet.posted if wallet else 0) == refunded
    assert_ledger_sound()


@pytest.mark.parametrize("name", ["cash", "reject", "cancel", "reschedule", "update", "notes"])
def test_money_arrives_while_somebody_acts(two, name):
    """A payment is never refused: it confirms the booking, or goes back whole."""
    world = build("unpaid")
    bookings = book(world, 3, is_paid=False)

    for booking in bookings:
        item = ItemToPay(item_type="BOOKING", item_id=booking.pk)
        payment = payments.initialize_payment(items=[item], payer=world.customer, at=NOW)
        act(reference=payment.reference, choice=Act.APPROVE, at=NOW)
        hook = payment_hook()
        two(lambda hook=hook: arrive(hook), doing(world, booking, name, NOW + MINUTE))
        now = fresh(booking)
        assert (str(now.status), now.payment_status) in {
            "cash": {("CONFIRMED", "CASH"), ("CONFIRMED", "HELD")},
            "reject": {("REJECTED", "HELD"), ("CONFIRMED", "HELD")},
            "cancel": {("CANCELLED", "HELD")},
        }.get(name, {("CONFIRMED", "HELD")})

    OutboxMessage.objects.exclude(task__endswith="carry_out_refund").delete()
    while outbox.drain(at=clock.now()):
        pass
    back = 0
    for booking in map(fresh, bookings):
        hold = EscrowHold.objects.get(unit_id=booking.pk)
        keeps = booking.status == "CONFIRMED" and booking.payment_status == "HELD"
        assert hold.state == ("HELD" if keeps else "REFUNDED")
        back += 0 if keeps else booking.total_minor
    wallet = Balance.objects.filter(account__address=addresses.wallet(world.customer.pk, "NGN")).first()
    assert (wallet.posted if wallet else 0) == back
    assert_ledger_sound()


def payment_hook():
    from apps.payments.models import SandboxHook

    OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    return SandboxHook.objects.order_by("-pk").first()


def arrive(hook):
    body, headers = hooks.signed(hook, at=clock.now())
    payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=clock.now())
    while payments.process_inbox(clock.now(), 10):
        pass
