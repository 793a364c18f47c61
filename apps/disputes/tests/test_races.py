"""Several real transactions at once about one job's money: one outcome, a definite answer to the loser, sound books."""

from datetime import timedelta
from functools import partial

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.bookings import operations as bookings
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, fresh, make_world
from apps.core.errors import DomainError
from apps.core.money import Money
from apps.disputes import operations
from apps.disputes.errors import AlreadyDisputed, DisputeEnded, DisputeTooLate
from apps.disputes.models import Dispute
from apps.disputes.tests.conftest import disputed, with_extra
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.states import ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundDestination

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8
DAY = timedelta(hours=24)
DUE = NOW + DAY
JUST_BEFORE = DUE - timedelta(microseconds=1)


def refused(answers):
    return [answer for answer in answers if isinstance(answer, DomainError)]


def hold_of(booking):
    return EscrowHold.objects.get(unit_id=booking.pk)


def test_case_29_a_dispute_against_the_release_by_the_sweep():
    """Either it is frozen, or it was released and whoever disputes hears that it is too late."""
    world = make_world()

    for number in range(ROUNDS):
        booking = world.completed(start=START + number * DAY)
        opened, released = at_once(
            partial(disputed, world, booking, at=JUST_BEFORE), partial(ledger.release_due_holds, at=DUE, limit=10)
        )
        if isinstance(opened, Dispute):
            assert (released, hold_of(booking).state) == (0, "FROZEN")
            assert fresh(booking).payment_status == "FROZEN"
        else:
            assert isinstance(opened, DisputeTooLate)
            assert (released, hold_of(booking).state) == (1, "RELEASED")
            assert fresh(booking).payment_status == "RELEASED"
        assert Dispute.objects.filter(unit_id=booking.pk).count() == isinstance(opened, Dispute)
        assert_ledger_sound()


@pytest.mark.usefixtures("_books_are_sound")
def test_case_58_a_dispute_before_the_release_keeps_the_sweep_away(world):
    booking = world.completed()
    disputed(world, booking, at=JUST_BEFORE)

    assert ledger.release_due_holds(at=DUE + 30 * DAY, limit=10) == 0
    assert hold_of(booking).state == "FROZEN"


@pytest.mark.usefixtures("_books_are_sound")
def test_case_62_only_the_money_of_the_disputed_job_is_frozen(world):
    """Of one job all that clears is frozen together, whatever part of it is asked back; nothing else is."""
    booking, other = world.completed(), world.completed(start=START + DAY)

    disputed(world, booking, asked=Money(100_000, "NGN"))

    assert (hold_of(booking).state, hold_of(other).state) == ("FROZEN", "PENDING_CLEARANCE")
    assert ledger.release_due_holds(at=DUE, limit=10) == 1


def test_dispute_confirmation_sweep_and_refund_at_once():
    world = make_world()
    admin = UserFactory(admin=True)

    for number in range(ROUNDS):
        booking = world.completed(start=START + number * DAY)
        payment = Payment.objects.get(allocations__item_id=booking.pk)
        (refund,) = payments.propose_refund(
            payment_id=payment.pk, destination=RefundDestination.WALLET, reason="Agreed.", by=world.ops, at=NOW
        )
        payments.approve_refund(refund_id=refund.pk, by=admin, at=NOW)

        opened, confirmed, swept, _ = at_once(
            partial(disputed, world, booking, at=JUST_BEFORE),
            partial(bookings.confirm_release, booking_id=booking.pk, by=world.customer, at=JUST_BEFORE),
            partial(ledger.release_due_holds, at=DUE, limit=10),
            partial(payments.carry_out_refund, refund_id=refund.pk, at=JUST_BEFORE),
        )

        state, released = hold_of(booking).state, (not isinstance(confirmed, DomainError)) + swept
        about = list(Dispute.objects.filter(unit_id=booking.pk).values_list("state", flat=True))
        # A frozen hold may still be refunded, and then there is nothing left to decide.
        assert (state, released, about) in [
            ("RELEASED", 1, []), ("REFUNDED", 0, []), ("REFUNDED", 0, ["OVERTAKEN"]), ("FROZEN", 0, ["OPEN"]),
        ]  # fmt: skip
        assert isinstance(opened, Dispute) == bool(about)
        moved = Transfer.objects.filter(hold_id=hold_of(booking).pk).exclude(kind="PAYMENT")
        # What operations approved is taken back also after a release that was faster.
        assert sorted(moved.values_list("kind", flat=True)) in [["ESCROW_REFUND"], ["ESCROW_RELEASE", "RECOVERY"]]
        assert_ledger_sound()


def test_two_disputes_at_once():
    world = make_world()

    for number in range(ROUNDS):
        booking = world.completed(start=START + number * DAY)
        answers = at_once(*[partial(disputed, world, booking, at=NOW + HOUR)] * 4)

        assert [type(answer) for answer in refused(answers)] == [AlreadyDisputed] * 3
        assert Dispute.objects.filter(unit_id=booking.pk).count() == 1
        assert hold_of(booking).state == "FROZEN"
    assert_ledger_sound()


def test_two_decisions_at_once_over_two_holds():
    world = make_world()
    people = [world.ops, *UserFactory.create_batch(2, ops=True)]
    chosen = [("RELEASE", None), ("REFUND", None), ("SPLIT", Money(123_457, "NGN"))]

    for number in range(ROUNDS):
        booking, _ = with_extra(world, start=START + number * DAY)
        dispute = disputed(world, booking)
        answers = at_once(
            *(
                partial(
                    operations.decide_dispute, dispute_id=dispute.pk, decision=decision, refund=refund, reason="Why",
                    by=by, at=NOW,
                )
                for by, (decision, refund) in zip(people, chosen, strict=True)
            )
        )  # fmt: skip

        assert [type(answer) for answer in refused(answers)] == [DisputeEnded] * 2
        (won,) = [answer for answer in answers if isinstance(answer, Dispute)]
        dispute.refresh_from_db()
        assert (dispute.state, dispute.decision) == ("DECIDED", won.decision)
        holds = list(EscrowHold.objects.filter(pk__in=dispute.holds.values("hold_id")))
        assert {hold.state for hold in holds} == ({"REFUNDED"} if won.decision == "REFUND" else {"RELEASED"})
        assert sum(hold.refunded_minor for hold in holds) == dispute.refund_minor
        assert sum(hold.released_minor for hold in holds) == dispute.released_minor
        assert dispute.refund_minor + dispute.released_minor == 600_000
        assert_ledger_sound()


def test_a_decision_against_the_withdrawal_and_a_release_by_hand():
    world = make_world()

    for number in range(ROUNDS):
        booking, _ = with_extra(world, start=START + number * DAY)
        dispute = disputed(world, booking)
        by_hand = dispute.holds.first().hold_id
        decided, withdrawn, _ = at_once(
            partial(
                operations.decide_dispute, dispute_id=dispute.pk, decision="REFUND", reason="Why", by=world.ops, at=NOW
            ),
            partial(operations.withdraw_dispute, dispute_id=dispute.pk, by=world.customer, at=NOW),
            partial(
                ledger.release_hold, hold_id=by_hand, reason=ReleaseReason.OPS_DECISION, by=world.ops, at=NOW
            ),
        )  # fmt: skip

        dispute.refresh_from_db()
        assert len(refused([decided, withdrawn])) == 1
        assert dispute.state == ("WITHDRAWN" if isinstance(decided, DomainError) else "DECIDED")
        assert not EscrowHold.objects.filter(state="FROZEN").exists()
        assert_ledger_sound()


def test_a_message_never_comes_after_the_decision():
    world = make_world()

    for number in range(ROUNDS):
        dispute = disputed(world, world.completed(start=START + number * DAY))
        said, decided = at_once(
            partial(operations.post_message, dispute_id=dispute.pk, words="Look.", by=world.customer, at=NOW),
            partial(
                operations.decide_dispute, dispute_id=dispute.pk, decision="RELEASE", reason="Why", by=world.ops, at=NOW
            ),
        )
        assert isinstance(decided, Dispute)
        assert isinstance(said, DisputeEnded) == (not dispute.messages.exists())


@pytest.mark.parametrize("decision", ["REFUND", "SPLIT"])
def test_a_refused_payment_decides_nothing(world, decision, monkeypatch):
    """What the desk or the ledger refuses leaves everything as it was, halves included."""
    booking, _ = with_extra(world)
    dispute = disputed(world, booking)
    second = list(dispute.holds.order_by("hold_id"))[-1].hold_id
    real = payments.refund_decided

    def refuses(*, hold_id, **more):
        if hold_id == second:
            raise DomainError
        return real(hold_id=hold_id, **more)

    monkeypatch.setattr("apps.disputes.operations.decide.payments.refund_decided", refuses)
    refund = Money(100_000, "NGN") if decision == "SPLIT" else None
    with pytest.raises(DomainError):
        operations.decide_dispute(
            dispute_id=dispute.pk, decision=decision, refund=refund, reason="Why", by=world.ops, at=NOW
        )

    dispute.refresh_from_db()
    assert (dispute.state, Refund.objects.count()) == ("OPEN", 0)
    assert set(EscrowHold.objects.values_list("state", flat=True)) == {"FROZEN"}
    assert_ledger_sound()
