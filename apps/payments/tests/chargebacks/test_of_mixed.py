"""A payment of card, wallet and credits is disputed, or given back after its release: each part has its own way."""

import pytest

from apps.core import clock
from apps.credits.tests.purse import fill_wallet, own, promise, promotions, purse_of
from apps.ledger import addresses, queries
from apps.payments import operations
from apps.payments.models import Chargeback, Refund
from apps.payments.operations import PayWith
from apps.payments.states import RefundDestination
from apps.payments.tests.chargebacks.banks import alerts, balance, clearing, released
from apps.payments.tests.conftest import hold_of

pytestmark = pytest.mark.django_db
ALL = PayWith(credits=True, wallet=True)


@pytest.fixture
def bank(paystack):
    return paystack


@pytest.fixture
def mixed(bank, ada):
    """₦100 of which promotions paid 10, own credits 20, the wallet 30 and the card 40."""
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    payment = bank.desk.open(ada, bank.desk.trade.sell(ada, 10_000), pay_with=ALL)
    bank.stand_in.control("pay", reference=payment.reference)
    bank.tell()
    payment.refresh_from_db()
    assert (payment.promotions_minor, payment.credits_minor, payment.wallet_minor) == (1_000, 2_000, 3_000)
    assert (payment.gateway_minor, payment.status) == (4_000, "SUCCEEDED")
    return payment


def give_back(payment, amount_minor=None):
    refunds = operations.request_refund(payment_id=payment.pk, amount_minor=amount_minor, reason="Off.", at=clock.now())
    for each in refunds:
        operations.carry_out_refund(refund_id=each.pk, at=clock.now())
        each.refresh_from_db()
    return refunds


def test_a_bank_claims_what_the_card_paid_and_a_cancellation_gives_the_rest_back_where_it_came_from(bank, ada, mixed):
    dispute = bank.dispute(mixed, 4_000)
    assert Refund.objects.get(destination="CHARGEBACK").amount_minor == 4_000
    assert hold_of(mixed).disputed_minor == 4_000

    (refund,) = give_back(mixed, 6_000)
    assert (refund.gateway_minor, refund.wallet_minor, refund.credits_minor, refund.promotions_minor) == (
        0, 3_000, 2_000, 1_000,
    )  # fmt: skip
    bank.decide(dispute, won=False)

    # Promised credits that were spent are there again, and so are the own ones; what they cost the platform stands back.
    assert purse_of(ada) == (3_000, 3_000, 0, 2_000)
    assert promotions() == 2_000
    assert (clearing(bank), balance(bank, "SYSTEM_ESCROW"), balance(bank, "CHARGEBACKS")) == (-mixed.fee_minor, 0, 0)
    mixed.refresh_from_db()
    assert (mixed.status, mixed.gateway_back_minor) == ("REFUNDED", 4_000)


def test_a_bank_that_wants_more_than_the_card_paid_has_the_rest_out_of_suspense(bank, ada, mixed):
    give_back(mixed, 5_000)  # the card's part first, to the wallet
    dispute = bank.dispute(mixed, 4_000)
    bank.decide(dispute, won=False)

    chargeback = Chargeback.objects.get()
    assert (chargeback.status, chargeback.unmatched_minor) == ("LOST", 4_000)
    assert balance(bank, "SUSPENSE") == -4_000 - 3_000  # the test's own cash of the wallet came from there, too
    assert "refunded_twice" in alerts()
    assert hold_of(mixed).left_minor == 5_000


def test_after_its_release_each_part_is_taken_back_to_where_it_came_from(bank, ada, mixed, ops, admin, drain_outbox):
    hold = released(mixed)

    (refund,) = operations.propose_refund(
        payment_id=mixed.pk, destination=RefundDestination.WALLET, reason="Not done", by=ops, at=clock.now()
    )
    operations.approve_refund(refund_id=refund.pk, by=admin, at=clock.now())
    drain_outbox()

    assert purse_of(ada) == (3_000, 7_000, 0, 2_000)
    assert promotions() == 2_000
    assert queries.balance(addresses.business_available(hold.business_id, "NGN")) == 0
    assert balance(bank, "PLATFORM_REVENUE") == 0


def test_what_was_refunded_at_the_dashboard_is_the_cards_part_alone(bank, ada, mixed):
    bank.stand_in.control("refund_by_hand", reference=mixed.reference, amount=4_000)
    bank.tell()
    (refund,) = Refund.objects.all()

    assert (refund.is_ours, refund.gateway_minor, refund.wallet_minor) == (False, 4_000, 0)
    (rest,) = give_back(mixed)
    assert (rest.gateway_minor, rest.wallet_minor, rest.credits_minor, rest.promotions_minor) == (
        0, 3_000, 2_000, 1_000,
    )  # fmt: skip
