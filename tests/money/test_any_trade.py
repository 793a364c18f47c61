"""Random trade through the whole desk: payments of every mixture, refunds before and after the release, claims of banks, tips,
credits that run out, payouts that arrive, fail and come back, debts. The nine rules hold after every step.

``TRADE_EXAMPLES`` and ``TRADE_STEPS`` in the environment play more of it, at random.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.money import Money
from apps.credits import operations as purse
from apps.credits.states import Source
from apps.ledger import operations as ledger
from apps.ledger.models import Balance, EscrowHold
from apps.ledger.states import ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments import payables
from apps.payments.errors import AlreadyPaid, ItemNotFound
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.values import MoveStatus, RefundRequest
from apps.payments.models import Payment, SandboxHook
from apps.payments.operations import ItemToPay, PayWith
from apps.payments.payables import PayableQuote
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act
from apps.payments.sandbox.transfers import end_transfer
from apps.payments.states import Destination, RefundDestination
from apps.payouts import operations as payouts
from apps.payouts.models import Payout
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import of_business, of_person, performer, shop, usable_account
from tests.money.racing import say

START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NAIRA = "NGN"
AMOUNTS = st.one_of(st.sampled_from([1, 2, 19, 33, 99, 101, 500_000]), st.integers(1, 900_000))
SOME = st.one_of(st.none(), AMOUNTS)


class AnyTrade(RuleBasedStateMachine):
    """Two customers, two businesses, one performer, one desk."""

    paid = Bundle("paid")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = START
        cache.clear()
        gateway.cache_clear()
        self.things: dict = {}
        self.before = dict(payables._payables)
        payables.connect({"BOOKING": self.quote, "CREDITS": payments.quote_credits})
        with clock.frozen(self.at):
            self.customers = UserFactory.create_batch(2)
            self.ops, self.admin = UserFactory(ops=True), UserFactory(admin=True)
            self.shops = [shop(), shop(name="Lagos Locks")]
            self.performer = performer(self.shops[0])
            for each in self.shops:
                usable_account(of_business(each), each.owner)
            usable_account(of_person(self.performer), self.performer, number="0987654321")

    def teardown(self) -> None:
        payables.connect(self.before)
        transaction.savepoint_rollback(self.savepoint)

    def quote(self, *, item_type, item_id, payer, at):
        quote = self.things.get(item_id)
        if quote is None:
            raise ItemNotFound
        if Payment.objects.filter(allocations__item_id=item_id, status="SUCCEEDED").exists():
            raise AlreadyPaid
        return quote

    def tried(self, act, **named):
        """What the operation gave, or None where it was refused."""
        with clock.frozen(self.at):
            try:
                return act(**named, at=self.at)
            except DomainError:
                return None

    def hear(self):
        """The gateway's web hooks so far arrive, are acted on, and what was ordered is carried out."""
        with clock.frozen(self.at):
            for hook in SandboxHook.objects.order_by("-pk"):
                body, headers = hooks.signed(hook, at=self.at)
                payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=self.at)
            while payments.process_inbox(self.at, 100):
                pass
            payments.carry_out_due_refunds(self.at, 100)

    @rule(
        target=paid, amount=AMOUNTS, who=st.integers(0, 1), where=st.integers(0, 2), wallet=st.booleans(),
        use_credits=st.booleans(), more=st.sampled_from([0, 0, 0, 700]),
    )  # fmt: skip
    def pay(self, amount, who, where, wallet, use_credits, more):
        payer, is_tip = self.customers[who], where == 2
        # A tip of the books' own: the one of a trade would want its row there.
        item = ItemToPay(item_type="BOOKING", item_id=uuid4())
        self.things[item.item_id] = PayableQuote(
            amount_minor=amount, currency=NAIRA, kind="TIP" if is_tip else "BOOKING", description="x",
            business_id=None if is_tip else self.shops[where].pk, performer_id=self.performer.pk if is_tip else None,
            destination=Destination.PERFORMER if is_tip else Destination.ESCROW,
        )  # fmt: skip
        with_what = PayWith(wallet=wallet, credits=use_credits)
        payment = self.tried(payments.initialize_payment, items=[item], payer=payer, pay_with=with_what)
        if payment is None:
            return multiple()
        if payment.gateway_minor:
            received = payment.gateway_minor + more
            self.tried(act, reference=payment.reference, choice=Act.APPROVE, amount_minor=received)
            self.hear()
        return payment

    @rule(payment=paid)
    def complete(self, payment):
        for hold in EscrowHold.objects.filter(payment_id=payment.pk):
            self.tried(ledger.start_clearance, unit_type=hold.unit_type, unit_id=hold.unit_id)

    @rule(payment=paid)
    def confirm(self, payment):
        for hold in EscrowHold.objects.filter(payment_id=payment.pk):
            self.tried(ledger.release_hold, hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None)

    @rule(payment=paid, amount=SOME, to=st.sampled_from(list(RefundDestination)[:2]))
    def refund_by_two_people(self, payment, amount, to):
        proposed = self.tried(
            payments.propose_refund, payment_id=payment.pk, amount_minor=amount, destination=to, reason="x", by=self.ops
        )
        for refund in proposed or ():
            if self.tried(payments.approve_refund, refund_id=refund.pk, by=self.admin):
                self.tried(payments.carry_out_refund, refund_id=refund.pk)

    @rule(payment=paid, amount=SOME, to=st.sampled_from(list(RefundDestination)[:2]))
    def refund_by_policy(self, payment, amount, to):
        self.tried(payments.request_refund, payment_id=payment.pk, amount_minor=amount, destination=to, reason="x")
        self.hear()

    @rule(payment=paid, amount=AMOUNTS)
    def refund_by_hand_at_the_gateway(self, payment, amount):
        charged = Payment.objects.get(pk=payment.pk)
        wish = RefundRequest(
            reference=f"by-hand-{uuid4()}", payment_reference=payment.reference, payment_gateway_id=charged.gateway_id,
            amount_minor=amount, currency=NAIRA, reason="by hand",
        )  # fmt: skip
        with clock.frozen(self.at), suppress(GatewayRefused):  # more than is left of the charge
            gateway("sandbox").refund(wish)
        self.hear()

    @rule(payment=paid, what=st.sampled_from(["claim", "lose", "win"]))
    def the_bank_speaks(self, payment, what):
        now = Payment.objects.get(pk=payment.pk)
        if now.is_paid and now.gateway:
            self.tried(partial(self.say, now, what))

    @staticmethod
    def say(payment, what, *, at):
        say(payment, what)

    @rule(amount=AMOUNTS, who=st.integers(0, 1), days=st.one_of(st.none(), st.integers(1, 3)))
    def grant(self, amount, who, days):
        self.tried(
            purse.grant_credits, customer_id=self.customers[who].pk, currency=NAIRA, amount_minor=amount,
            source=Source.REFUND if days is None else Source.PROMOTION, reason="x", by=self.ops,
            expires_at=None if days is None else self.at + timedelta(days=days),
        )  # fmt: skip

    @rule(which=st.integers(0, 2))
    def ask_for_a_payout(self, which):
        kind = PayoutKind.TIPS if which == 2 else PayoutKind.BUSINESS
        owner = of_person(self.performer) if which == 2 else of_business(self.shops[which])
        by = self.performer if which == 2 else self.shops[which].owner
        made = self.tried(payouts.request_payout, kind=kind, owner=owner, currency=NAIRA, by=by)
        if made:
            self.tried(payouts.carry_out_payout, payout_id=made.pk)

    @rule(end=st.sampled_from([MoveStatus.SUCCEEDED, MoveStatus.FAILED, MoveStatus.REVERSED]), latest=st.booleans())
    def a_payout_ends(self, end, latest):
        made = Payout.objects.order_by("-pk" if latest else "pk").first()
        if made is not None:
            self.tried(end_transfer, reference=made.reference, status=end)
            self.hear()
            self.at += timedelta(minutes=11)
            self.tried(partial(payouts.carry_out_payout, payout_id=made.pk))

    @rule(share=st.booleans())
    def write_off(self, share):
        for owed in Balance.objects.filter(account__kind="RECEIVABLE", posted__lt=0).select_related("account"):
            part = Money(1, NAIRA) if share else None
            self.tried(ledger.write_off_receivable, account_id=owed.account_id, amount=part, reason="x", by=self.admin)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)
        with clock.frozen(self.at):
            ledger.release_due_holds(at=self.at, limit=100)
            purse.note_expired(at=self.at, limit=100)
            payments.carry_out_due_refunds(self.at, 100)
            payouts.carry_out_due_payouts(self.at, 100)

    @invariant()
    def the_books_are_sound(self):
        assert_ledger_sound()

    @invariant()
    def nobody_has_more_than_came_in(self):
        for payment in Payment.objects.all():
            assert payment.refunded_minor <= payment.captured_minor + payment.amount_minor - payment.gateway_minor
        assert not Balance.objects.filter(
            account__kind__in=["WALLET", "CREDITS", "RESERVED", "AVAILABLE", "TIPS"], posted__lt=0
        ).exists()


@pytest.mark.django_db
def test_the_books_are_sound_after_every_step_of_any_trade():
    examples = int(os.environ.get("TRADE_EXAMPLES", "5"))
    run_state_machine_as_test(
        AnyTrade,
        settings=settings(
            max_examples=examples,
            stateful_step_count=int(os.environ.get("TRADE_STEPS", "14")),
            deadline=None,
            derandomize="TRADE_EXAMPLES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
