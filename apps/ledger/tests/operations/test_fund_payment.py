import pytest
from django.db import transaction

from apps.core.errors import Invalid
from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries
from apps.ledger.errors import AllocationsExceedPayment, IdempotencyKeyReused, InsufficientFunds
from apps.ledger.models import Entry, EscrowHold, Transfer
from apps.ledger.operations import FundAllocation, TipAllocation
from apps.ledger.states import HoldState

pytestmark = pytest.mark.django_db


def share(amount_minor, **named):
    return FundAllocation(
        unit_type=named.pop("unit_type", "BOOKING"),
        unit_id=named.pop("unit_id", None) or new_id(),
        business_id=named.pop("business_id", None) or new_id(),
        customer_id=new_id(),
        amount_minor=amount_minor,
        **named,
    )


def pay(amount_minor, allocations, at, **named):
    return operations.fund_payment(
        **{
            "payment_id": new_id(),
            "gateway": "paystack",
            "currency": "NGN",
            "amount_minor": amount_minor,
            "payer_id": named.pop("payer_id", None) or new_id(),
            "allocations": allocations,
            "idempotency_key": str(new_id()),
            "at": at,
            **named,
        }
    )


def test_a_payment_for_several_things_makes_a_hold_for_each_and_gives_tips_whole(now, sound):
    booking, extra, performer = share(7_000), share(2_000, unit_type="EXTRA"), new_id()

    funding = pay(10_000, [booking, extra], now, tips=[TipAllocation(performer_id=performer, amount_minor=1_000)])

    assert [(hold.unit_id, hold.amount_minor, hold.commission_rate_bp) for hold in funding.holds] == [
        (booking.unit_id, 7_000, 500),
        (extra.unit_id, 2_000, 500),
    ]
    assert {hold.hold_id for hold in funding.holds} == set(EscrowHold.objects.values_list("pk", flat=True))
    assert queries.balance(addresses.escrow("NGN")) == 9_000
    assert queries.balance(addresses.gateway_clearing("paystack", "NGN")) == -10_000
    assert queries.balance(addresses.tips(performer, "NGN")) == 1_000
    assert funding.excess_minor == 0


def test_a_tip_within_a_payment_is_kept_for_one_who_left(now, sound):
    performer = new_id()

    pay(1_000, [], now, tips=[TipAllocation(performer_id=performer, amount_minor=1_000, has_left=True)])

    assert queries.balance(addresses.tips_payable(performer, "NGN")) == 1_000


def test_money_for_a_closed_wallet_is_suspended_not_refused(now, sound):
    payer = new_id()
    pay(1_000, [], now, payer_id=payer)
    operations.close_account(address=addresses.wallet(payer, "NGN"), by=None, reason="erased", at=now)

    assert pay(700, [], now, payer_id=payer).excess_minor == 700
    assert queries.balance(addresses.suspense("NGN")) == 700


def test_a_tip_within_a_payment_is_kept_where_the_performers_account_is_closed(now, sound):
    performer = new_id()
    pay(1_000, [], now, tips=[TipAllocation(performer_id=performer, amount_minor=1_000)])
    operations.close_account(address=addresses.tips(performer, "NGN"), by=None, reason="gone", at=now)

    pay(500, [], now, tips=[TipAllocation(performer_id=performer, amount_minor=500)])

    assert queries.balance(addresses.tips_payable(performer, "NGN")) == 500


@pytest.mark.parametrize(("to_wallet", "place"), [(True, "wallet"), (False, "suspense")])
def test_what_is_paid_too_much_never_goes_to_the_business(now, sound, to_wallet, place):
    payer, allocation = new_id(), share(9_000)

    funding = pay(10_000, [allocation], now, payer_id=payer, excess_to_wallet=to_wallet)

    address = addresses.wallet(payer, "NGN") if place == "wallet" else addresses.suspense("NGN")
    assert queries.balance(address) == funding.excess_minor == 1_000
    assert EscrowHold.objects.get().gross_minor == 9_000


def test_a_unit_that_was_paid_for_is_not_held_twice(now, sound):
    payer, allocation, other = new_id(), share(9_000), share(500)
    pay(9_000, [allocation], now)

    second = pay(9_500, [allocation, other], now, payer_id=payer)

    assert [hold.hold_id is None for hold in second.holds] == [True, False]
    assert queries.balance(addresses.wallet(payer, "NGN")) == second.excess_minor == 9_000
    assert EscrowHold.objects.filter(unit_id=allocation.unit_id).count() == 1


def test_a_replay_answers_what_the_first_call_did(now, sound):
    asked = {"payment_id": new_id(), "payer_id": new_id(), "idempotency_key": "one", "allocations": [share(8_000)]}
    first = pay(10_000, at=now, **asked)

    again = pay(10_000, at=now, **asked)

    assert (again.transfer_id, again.holds, again.excess_minor) == (first.transfer_id, first.holds, 2_000)
    assert (first.replayed, again.replayed) == (False, True)
    assert Transfer.objects.count() == 1


def test_a_part_from_the_wallet_needs_the_money_to_be_there(now, sound):
    payer = new_id()
    operations.credit_wallet(
        customer_id=payer,
        currency="NGN",
        amount_minor=400,
        source=addresses.suspense("NGN"),
        idempotency_key="c",
        at=now,
    )

    with pytest.raises(InsufficientFunds), transaction.atomic():
        pay(600, [share(1_001)], now, payer_id=payer, wallet_minor=401)
    funding = pay(600, [share(1_000)], now, payer_id=payer, wallet_minor=400)

    assert funding.excess_minor == 0
    assert queries.wallet_for(payer) == {"NGN": 0}
    assert EscrowHold.objects.get().state == HoldState.HELD


def test_a_fee_is_the_platforms_and_booked_once(now, sound):
    payment_id = new_id()

    pay(10_000, [share(10_000)], now, payment_id=payment_id, fee_minor=150)
    again = operations.record_gateway_fee(
        payment_id=payment_id, gateway="paystack", currency="NGN", fee_minor=150, at=now
    )

    assert again.replayed
    assert queries.balance(addresses.gateway_fees("NGN")) == -150
    assert queries.balance(addresses.gateway_clearing("paystack", "NGN")) == -9_850
    with pytest.raises(IdempotencyKeyReused), transaction.atomic():
        operations.record_gateway_fee(payment_id=payment_id, gateway="paystack", currency="NGN", fee_minor=151, at=now)


def test_a_fee_that_was_known_before_is_not_booked_again_by_the_payment(now, sound):
    payment_id = new_id()
    fee = {"payment_id": payment_id, "gateway": "paystack", "currency": "NGN", "at": now}
    assert operations.record_gateway_fee(**fee, fee_minor=0) is None
    operations.record_gateway_fee(**fee, fee_minor=100)

    pay(10_000, [share(10_000)], now, payment_id=payment_id, fee_minor=150)

    assert queries.balance(addresses.gateway_fees("NGN")) == -100
    with pytest.raises(Invalid):
        operations.record_gateway_fee(**fee, fee_minor=-1)


def test_refused_payments_leave_nothing(now, sound):
    with pytest.raises(AllocationsExceedPayment), transaction.atomic():
        pay(1_000, [share(600), share(401)], now)
    with pytest.raises(Invalid):
        pay(1_000, [share(-1)], now)
    with pytest.raises(Invalid):
        pay(0, [share(1)], now)
    with pytest.raises(Invalid):
        pay(1, [share(1)], now, gateway="")

    assert (Transfer.objects.count(), Entry.objects.count(), EscrowHold.objects.count()) == (0, 0, 0)


def test_money_of_nobody_is_parked_and_can_become_a_wallets(now, sound):
    payment_id, customer = new_id(), new_id()
    parked = {"source": addresses.gateway_clearing("stripe", "USD"), "currency": "USD", "at": now}
    parked |= {"cause_type": "PAYMENT", "cause_id": payment_id}

    first = operations.park_in_suspense(**parked, amount_minor=700, reason="CURRENCY", idempotency_key="p")
    again = operations.park_in_suspense(**parked, amount_minor=700, reason="CURRENCY", idempotency_key="p")
    operations.credit_wallet(
        customer_id=customer, currency="USD", amount_minor=700, source=addresses.suspense("USD"), idempotency_key="w",
        at=now, cause_type="PAYMENT", cause_id=payment_id, reason="settled by ops",
    )  # fmt: skip

    assert (again.transfer_id, again.replayed) == (first.transfer_id, True)
    assert queries.balance(addresses.suspense("USD")) == 0
    assert queries.wallet_for(customer) == {"USD": 700}


def test_nothing_is_neither_parked_nor_credited_nor_a_tip(now):
    common = {"currency": "NGN", "amount_minor": 0, "idempotency_key": "x", "at": now}

    with pytest.raises(Invalid):
        operations.park_in_suspense(
            **common, source=addresses.losses("NGN"), reason="r", cause_type="PAYMENT", cause_id=new_id()
        )
    with pytest.raises(Invalid):
        operations.bear_in_suspense(
            **common, target=addresses.losses("NGN"), reason="r", cause_type="PAYMENT", cause_id=new_id()
        )
    with pytest.raises(Invalid):
        operations.credit_wallet(**common, customer_id=new_id(), source=addresses.suspense("NGN"))
    with pytest.raises(Invalid):
        operations.post_tip(**common, tip_id=new_id(), gateway="g", performer_id=new_id())


def test_a_tip_from_a_wallet_needs_the_money(now, sound):
    customer, performer = new_id(), new_id()
    tip = {"tip_id": new_id(), "gateway": "", "currency": "NGN", "performer_id": performer, "from_wallet_of": customer}

    with pytest.raises(InsufficientFunds), transaction.atomic():
        operations.post_tip(**tip, amount_minor=10, idempotency_key="t", at=now)
    operations.credit_wallet(
        customer_id=customer,
        currency="NGN",
        amount_minor=10,
        source=addresses.suspense("NGN"),
        idempotency_key="c",
        at=now,
    )
    operations.post_tip(**tip, amount_minor=10, idempotency_key="t", at=now)

    assert queries.balance(addresses.tips(performer, "NGN")) == 10


def test_one_call_to_the_database_posts_a_payment(now, count_queries):
    with count_queries() as counted:
        pay(10_000, [share(5_000), share(5_000)], now)

    assert len(counted) == 1
