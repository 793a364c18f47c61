"""Whoever may move the money of one job, all at the same moment, again and again: one outcome, and no kobo too many."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction

from apps.accounts.tests.factories import UserFactory
from apps.bookings import operations as bookings
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, World, fresh, make_world
from apps.core import clock
from apps.core.errors import DomainError
from apps.disputes.operations import Objection
from apps.disputes.states import DisputeReason
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Payment, Refund
from apps.payments.operations.book_chargeback import book_chargeback
from apps.payments.states import RefundDestination
from apps.payouts import operations as payouts
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import of_business, usable_account

DAY = timedelta(days=1)
DUE = NOW + DAY
JUST_BEFORE = DUE - timedelta(microseconds=1)
# So many jobs fit into the diary of one performer, every other hour of so many days.
DAYS, A_DAY = 20, 11
PART = 123_457
ON_WHAT_CLEARS = (
    "confirm", "sweep", "refund", "refund part", "dispute", "claim", "lose", "win", "payout", "carry out payout",
)  # fmt: skip
ON_WHAT_IS_HELD = ("cancel", "business cancels", "start", "refund", "refund part", "claim", "lose", "sweep")


@dataclass
class Racing:
    """Rounds of pairs, threes and fours, drawn by a seed."""

    seed: int
    sound_every: int = 25
    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    _world: World | None = None

    def __post_init__(self) -> None:
        self.fate = random.Random(self.seed)

    def run(self, rounds: int) -> None:
        """So many more rounds have had one outcome each. Raises: AssertionError, and whatever was no refusal."""
        for _ in range(rounds):
            self._round()
            self.rounds += 1
            if self.rounds % self.sound_every == 0:
                assert_ledger_sound()
        assert_ledger_sound()

    def _round(self) -> None:
        place = self.rounds % (DAYS * A_DAY)
        if place == 0:
            self._world = self._fresh_world()
        ledger.release_due_holds(at=DUE, limit=100)  # what an earlier round has left to clear is not this one's outcome
        when = START + place % DAYS * DAY + place // DAYS * 2 * HOUR
        clears = self.fate.random() < 0.7
        booking = self._world.completed(start=when) if clears else self._world.paid(start=when)
        payment = Payment.objects.get(allocations__item_id=booking.pk)
        names = self.fate.choices(ON_WHAT_CLEARS if clears else ON_WHAT_IS_HELD, k=self.fate.choice((2, 2, 3, 4)))
        answers = at_once(*[self._act(name, booking, payment) for name in names])
        for name, answer in zip(names, answers, strict=True):
            self.outcomes[f"{name}: {getattr(answer, 'code', 'done')}"] += 1
        self._has_one_outcome(payment, releases(names, answers), f"seed {self.seed}, round {self.rounds}: {names}")
        if fresh(booking).status == "IN_PROGRESS":  # its performer is needed by the next one
            bookings.complete_booking(booking_id=booking.pk, by=self._world.performer, at=clock.now())

    def _fresh_world(self) -> World:
        world = make_world()
        self.admin = UserFactory(admin=True)
        usable_account(of_business(world.business), world.owner)
        return world

    def _act(self, name: str, booking: Any, payment: Payment) -> Any:
        world = self._world
        about: dict[str, Any] = {"booking_id": booking.pk}
        if name in {"refund", "refund part"}:
            return partial(payments.carry_out_refund, refund_id=self._approved(payment, name), at=JUST_BEFORE)
        if name in {"claim", "lose", "win"}:
            return partial(say, payment, name)
        if name == "payout":
            owner = of_business(world.business)
            return partial(
                payouts.request_payout, kind=PayoutKind.BUSINESS, owner=owner, currency="NGN", by=world.owner, at=DUE
            )
        return {
            "confirm": partial(bookings.confirm_release, **about, by=world.customer, at=JUST_BEFORE),
            "sweep": partial(ledger.release_due_holds, at=DUE, limit=10),
            "dispute": partial(
                bookings.dispute_booking, **about, objection=Objection(reason=DisputeReason.POOR_WORK, note="Not clean."),
                by=world.customer, at=JUST_BEFORE,
            ),
            "carry out payout": partial(payouts.carry_out_due_payouts, DUE, 10),
            "cancel": partial(bookings.cancel_booking, **about, by=world.customer, at=clock.now()),
            "business cancels": partial(bookings.cancel_booking, **about, by=world.owner, at=clock.now(), reason="Ill."),
            "start": partial(bookings.start_booking, **about, by=world.performer, at=clock.now()),
        }[name]  # fmt: skip

    def _approved(self, payment: Payment, name: str) -> Any:
        amount = None if name == "refund" else PART
        try:
            (proposed,) = payments.propose_refund(
                payment_id=payment.pk, amount_minor=amount, destination=RefundDestination.WALLET, reason="Agreed.",
                by=self._world.ops, at=NOW,
            )  # fmt: skip
            payments.approve_refund(refund_id=proposed.pk, by=self.admin, at=NOW)
        except DomainError:  # all of it is promised by another refund of this round
            return Refund.objects.filter(payment=payment).first().pk
        return proposed.pk

    def _has_one_outcome(self, payment: Payment, released: int, told: str) -> None:
        hold = EscrowHold.objects.get(payment_id=payment.pk)
        payment.refresh_from_db()
        assert hold.refunded_minor + hold.released_minor <= hold.gross_minor, told
        assert hold.recovered_minor <= hold.released_minor, told
        if hold.state == "RELEASED":
            assert hold.left_minor == 0 < hold.released_minor, told
        else:
            assert (hold.left_minor == 0, hold.released_minor) == (hold.state == "REFUNDED", 0), told
        assert hold.refunded_minor + hold.recovered_minor <= payment.refunded_minor <= payment.captured_minor, told
        moved = Transfer.objects.filter(hold=hold, kind="ESCROW_RELEASE").count()
        assert moved == released == int(hold.state == "RELEASED"), told


def releases(names: list[str], answers: list[Any]) -> int:
    """How often the money was let go, as those say who did."""
    told = list(zip(names, answers, strict=True))
    confirmed = sum(name == "confirm" and not isinstance(answer, DomainError) for name, answer in told)
    return confirmed + sum(answer for name, answer in told if name == "sweep")


def say(payment: Payment, name: str) -> None:
    """The gateway says where the customer's bank stands."""
    status = {"claim": DisputeStatus.NEEDS_RESPONSE, "lose": DisputeStatus.LOST, "win": DisputeStatus.WON}[name]
    info = DisputeInfo(
        gateway_id=f"dp_{payment.pk}", payment_reference=payment.reference, payment_gateway_id="",
        amount_minor=payment.amount_minor, currency=payment.currency, fee_minor=0, reason="fraudulent", status=status,
        respond_by=None, taken_minor=payment.amount_minor if name == "lose" else 0,
    )  # fmt: skip
    with transaction.atomic():
        book_chargeback(Payment.objects.locked().get(pk=payment.pk), info, at=clock.now())
