"""Random payments, releases, refunds, freezes and tips in any order: the books are sound after every step."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries
from apps.ledger.models import EscrowHold
from apps.ledger.operations import FundAllocation
from apps.ledger.states import HoldState, RefundDestination, ReleaseReason
from apps.ledger.testing import assert_ledger_sound

START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PEOPLE = [UUID(int=n) for n in range(1, 4)]
BUSINESSES = [UUID(int=n) for n in range(11, 13)]
AMOUNTS = st.one_of(st.sampled_from([1, 2, 19, 33, 99, 101, 10**12]), st.integers(1, 50_000))


class Marketplace(RuleBasedStateMachine):
    """A model of what each hold must still have, beside the books themselves."""

    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = START
        self.left: dict[UUID, int] = {}
        self.brought_in = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def tried(self, act, **named):
        """What the operation gave, or None where it was refused; a refusal changes nothing."""
        try:
            with transaction.atomic():
                return act(**named, at=self.at)
        except DomainError:
            return None

    @rule(
        target=holds,
        amount=AMOUNTS,
        extra=st.integers(0, 50),
        customer=st.sampled_from(PEOPLE),
        business=st.sampled_from(BUSINESSES),
    )
    def pay(self, amount, extra, customer, business):
        payment = new_id()
        funding = operations.fund_payment(
            payment_id=payment,
            gateway="paystack",
            currency="NGN",
            amount_minor=amount + extra,
            payer_id=customer,
            allocations=[
                FundAllocation(
                    unit_type="BOOKING",
                    unit_id=payment,
                    business_id=business,
                    customer_id=customer,
                    amount_minor=amount,
                )
            ],
            idempotency_key=str(payment),
            at=self.at,
        )
        self.brought_in += amount + extra
        self.left[funding.holds[0].hold_id] = amount
        return multiple(EscrowHold.objects.get(pk=funding.holds[0].hold_id))

    @rule(hold=holds)
    def complete(self, hold):
        self.tried(operations.start_clearance, unit_type=hold.unit_type, unit_id=hold.unit_id)

    @rule(hold=holds)
    def reopen(self, hold):
        self.tried(operations.stop_clearance, unit_type=hold.unit_type, unit_id=hold.unit_id)

    @rule(hold=holds, reason=st.sampled_from(list(ReleaseReason)))
    def release(self, hold, reason):
        if self.tried(operations.release_hold, hold_id=hold.pk, reason=reason, by=None):
            self.left[hold.pk] = 0

    @rule(hold=holds, amount=st.one_of(st.none(), AMOUNTS), to=st.sampled_from(list(RefundDestination)))
    def refund(self, hold, amount, to):
        done = self.tried(
            operations.refund_hold,
            hold_id=hold.pk,
            amount_minor=amount,
            destination=to,
            reason="x",
            by=None,
            idempotency_key=str(new_id()),
        )
        if done:
            assert done.amount_minor <= self.left[hold.pk]
            self.left[hold.pk] -= done.amount_minor
            self.brought_in -= done.amount_minor if to == RefundDestination.GATEWAY else 0

    @rule(hold=holds)
    def dispute(self, hold):
        self.tried(operations.freeze_hold, hold_id=hold.pk, reason="DISPUTE", by=None)

    @rule(hold=holds)
    def settle(self, hold):
        self.tried(operations.unfreeze_hold, hold_id=hold.pk, reason="settled", by=None)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)
        operations.release_due_holds(at=self.at, limit=100)
        for hold in EscrowHold.objects.filter(state=HoldState.RELEASED):
            self.left[hold.pk] = 0

    @rule(amount=AMOUNTS, performer=st.sampled_from(PEOPLE), customer=st.sampled_from(PEOPLE), wallet=st.booleans())
    def tip(self, amount, performer, customer, wallet):
        done = self.tried(
            operations.post_tip,
            tip_id=new_id(),
            gateway="paystack",
            currency="NGN",
            amount_minor=amount,
            performer_id=performer,
            idempotency_key=str(new_id()),
            from_wallet_of=customer if wallet else None,
        )
        self.brought_in += amount if done and not wallet else 0

    @invariant()
    def the_books_are_sound(self):
        assert_ledger_sound()

    @invariant()
    def every_hold_has_what_the_model_says(self):
        assert {hold.pk: hold.left_minor for hold in EscrowHold.objects.all()} == self.left
        assert queries.balance(addresses.escrow("NGN")) == sum(self.left.values())
        assert queries.balance(addresses.gateway_clearing("paystack", "NGN")) == -self.brought_in


@pytest.mark.django_db
def test_the_books_are_sound_after_every_step_of_random_trade():
    run_state_machine_as_test(
        Marketplace,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
