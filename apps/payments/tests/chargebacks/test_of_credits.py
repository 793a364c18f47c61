"""A customer's bank claims what bought credits, against both stand-ins: what is unspent follows the money."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.money import Money, money_words
from apps.credits import operations as purse
from apps.credits.errors import NotEnoughCredits
from apps.credits.models import Line, Use
from apps.credits.states import UseState
from apps.credits.tests.purse import fill_wallet, purse_of
from apps.ledger import addresses, soundness
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments import operations
from apps.payments.errors import NotRefundable
from apps.payments.models import Chargeback, Payment, Refund, WebhookEvent
from apps.payments.operations import ItemToPay, PayWith
from apps.payments.profile_parts import objection_to_erasure
from apps.payments.queries import unbooked
from apps.payments.states import RefundDestination
from apps.payments.tests.chargebacks.banks import alerts, balance, clearing, status
from apps.payments.tests.conftest import hold_of, wallet_of

pytestmark = pytest.mark.django_db
AMOUNT = 100_000


@pytest.fixture
def pay_for(bank):
    """Credits that somebody bought through the bank's gateway, with other things or alone."""

    def pay(who, *more, amount_minor=AMOUNT):
        made = purse.buy(amount=Money(amount_minor, bank.currency), by=who, at=clock.now())
        return bank.paid(who, ItemToPay(item_type="CREDITS", item_id=made.pk), *more)

    return pay


@pytest.fixture
def bought(pay_for, ada):
    return pay_for(ada)


@pytest.fixture
def spend(bank, drain_outbox):
    """So much of somebody's credits pays for something; answers the payment."""

    def spend_(who, amount_minor):
        thing = bank.desk.trade.sell(who, amount_minor, bank.currency)
        payment = bank.desk.open(who, thing, pay_with=PayWith(credits=Money(amount_minor, bank.currency)))
        assert payment.status == "SUCCEEDED"
        return payment

    return spend_


def give(bank, giver, receiver, amount_minor):  # the argument
    return purse.give_credits(
        amount=Money(amount_minor, bank.currency), by=giver, at=clock.now(), email=receiver.email
    )  # fmt: skip


def told(user):
    """What the person was told of the bank's claim: which letter, how much."""
    letters = Notification.objects.filter(user=user, notification_type__startswith="credits_claim").order_by("pk")
    return [(each.notification_type, each.context["amount"]["amount_minor"]) for each in letters]


def lines(user):
    return list(Line.objects.filter(customer=user).order_by("pk").values_list("kind", "amount_minor"))


def in_purse(bank, user):  # the argument
    """(what can be spent, what is set aside, what the books have as credits)."""
    spendable, _, reserved, booked = purse_of(user, bank.currency)
    return (spendable, reserved, booked)


def books(bank):  # the argument
    return (balance(bank, "CHARGEBACKS"), balance(bank, "SUSPENSE"))


def test_claimed_credits_can_be_neither_spent_nor_given_away(bank, ada, bayo, bought, spend):
    bank.dispute(bought)

    assert in_purse(bank, ada) == (0, AMOUNT, 0)
    assert lines(ada) == [("GRANTED", AMOUNT), ("CLAIMED", -AMOUNT)]
    assert told(ada) == [("credits_claimed", AMOUNT)]
    with pytest.raises(NotEnoughCredits):
        spend(ada, 1_000)
    with pytest.raises(NotEnoughCredits):
        give(bank, ada, bayo, 1_000)
    assert objection_to_erasure(ada) is not None
    assert alerts() == ["gateway_dispute"]
    assert_ledger_sound()


def test_won_they_are_there_again_with_their_old_terms(bank, ada, bought, spend):
    bank.decide(bank.dispute(bought), won=True)

    assert (status(), in_purse(bank, ada), books(bank)) == ("WON", (AMOUNT, 0, AMOUNT), (0, 0))
    assert lines(ada)[-1] == ("FREED", AMOUNT)
    assert Use.objects.get().state == UseState.FREED
    assert told(ada)[1:] == [("credits_claim_dropped", AMOUNT)]
    assert spend(ada, AMOUNT).credits_minor == AMOUNT


def test_lost_unspent_they_are_gone_and_nobody_bears_anything(bank, ada, bought):
    before = clearing(bank)

    bank.decide(bank.dispute(bought), won=False)

    assert (status(), in_purse(bank, ada), books(bank)) == ("LOST", (0, 0, 0), (0, 0))
    assert before - clearing(bank) == AMOUNT + bank.fee
    assert sum(amount for _, amount in lines(ada)) == 0
    assert lines(ada)[-1] == ("TAKEN", -AMOUNT)
    assert told(ada)[1:] == [("credits_claim_taken", AMOUNT)]
    bought.refresh_from_db()
    assert (bought.status, bought.refunded_minor, bought.gateway_back_minor) == ("REFUNDED", AMOUNT, AMOUNT)
    assert alerts() == ["gateway_dispute"]


@pytest.mark.parametrize("won", [True, False])
def test_of_what_was_spent_in_part_the_rest_is_set_aside_and_suspense_bears_what_was_spent(
    bank, ada, bought, spend, won
):  # fmt: skip
    spend(ada, 30_000)
    dispute = bank.dispute(bought)
    assert in_purse(bank, ada) == (0, 70_000, 0)

    bank.decide(dispute, won=won)

    if won:
        assert (in_purse(bank, ada), books(bank)) == ((70_000, 0, 70_000), (0, 0))
        return
    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, -30_000))
    assert Chargeback.objects.get().unmatched_minor == 30_000
    assert told(ada) == [("credits_claimed", 70_000), ("credits_claim_taken", 70_000)]
    said = AuditEntry.objects.get(action="payments.alert.refunded_twice").reason
    purchase_id = bought.allocations.get().item_id
    assert (
        f"that {ada.pk} bought with it (purchase {purchase_id}), {money_words(30_000, bank.currency)} had been spent"
        in said
    )
    bought.refresh_from_db()
    assert (bought.status, bought.refunded_minor) == ("PARTIALLY_REFUNDED", 70_000)


@pytest.mark.parametrize("is_given", [True, False])
def test_of_what_was_spent_or_given_away_in_whole_suspense_bears_all_and_nobody_else_loses_theirs(
    bank, ada, bayo, bought, spend, is_given
):  # fmt: skip
    if is_given:
        give(bank, ada, bayo, AMOUNT)
    else:
        spend(ada, AMOUNT)

    bank.decide(bank.dispute(bought), won=False)

    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, -AMOUNT))
    assert in_purse(bank, bayo)[0] == (AMOUNT if is_given else 0)
    assert (told(ada), Refund.objects.count()) == ([], 0)
    assert alerts() == ["gateway_dispute", "refunded_twice"]
    assert (
        f"{money_words(AMOUNT, bank.currency)} had been spent"
        in AuditEntry.objects.get(action="payments.alert.refunded_twice").reason
    )


def test_credits_of_another_purchase_are_not_touched(bank, ada, bought, pay_for, spend):
    pay_for(ada)

    bank.decide(bank.dispute(bought), won=False)

    assert in_purse(bank, ada) == (AMOUNT, 0, AMOUNT)
    assert spend(ada, AMOUNT).status == "SUCCEEDED"


def test_case_62_of_a_partial_claim_as_much_is_set_aside_and_taken(bank, ada, bought, spend):
    dispute = bank.dispute(bought, 40_000)
    assert in_purse(bank, ada) == (60_000, 40_000, 60_000)
    spend(ada, 60_000)

    bank.decide(dispute, won=False)

    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, 0))
    assert told(ada) == [("credits_claimed", 40_000), ("credits_claim_taken", 40_000)]


def test_of_credits_that_the_wallet_paid_in_part_the_bank_has_what_the_card_paid(paystack, ada):
    fill_wallet(ada, 40_000)
    made = purse.buy(amount=Money(AMOUNT, "NGN"), by=ada, at=clock.now())
    item = ItemToPay(item_type="CREDITS", item_id=made.pk)
    payment = paystack.desk.open(ada, item, pay_with=PayWith(wallet=True))
    paystack.stand_in.control("pay", reference=payment.reference)
    paystack.tell()

    dispute = paystack.dispute(payment, 70_000)
    assert in_purse(paystack, ada) == (40_000, 60_000, 40_000)
    paystack.decide(dispute, won=False)

    assert in_purse(paystack, ada) == (40_000, 0, 40_000)
    assert (balance(paystack, "CHARGEBACKS"), Chargeback.objects.get().unmatched_minor) == (0, 10_000)
    assert "spent" not in AuditEntry.objects.get(action="payments.alert.refunded_twice").reason


def test_an_inquiry_sets_nothing_aside_until_it_is_a_claim(stripe, ada):
    made = purse.buy(amount=Money(AMOUNT, "USD"), by=ada, at=clock.now())
    payment = stripe.paid(ada, ItemToPay(item_type="CREDITS", item_id=made.pk))
    dispute = stripe.stand_in.control("dispute", intent_id=payment.gateway_id, is_inquiry=True)
    stripe.tell()
    assert (status(), in_purse(stripe, ada), told(ada)) == ("INQUIRY", (AMOUNT, 0, AMOUNT), [])

    stripe.stand_in.control("escalate_dispute", dispute_id=dispute["id"])
    stripe.tell()

    assert (in_purse(stripe, ada), told(ada)) == ((0, AMOUNT, 0), [("credits_claimed", AMOUNT)])
    stripe.decide(dispute["id"], won=False)
    assert (status(), in_purse(stripe, ada)) == ("LOST", (0, 0, 0))


def test_the_same_news_again_changes_nothing_while_the_bank_decides_or_after(bank, ada, bought):
    dispute = bank.dispute(bought)
    _again(bank)
    assert (in_purse(bank, ada), Use.objects.count()) == ((0, AMOUNT, 0), 1)

    bank.decide(dispute, won=False)
    _again(bank)

    assert (in_purse(bank, ada), books(bank), len(told(ada))) == ((0, 0, 0), (0, 0), 2)


def _again(bank):  # the argument
    for event in WebhookEvent.objects.filter(event_type__contains="dispute"):
        WebhookEvent.objects.create(
            gateway=event.gateway, event_id=f"again:{uuid4()}", event_type=event.event_type, kind=event.kind,
            body=event.body, received_at=clock.now(), next_attempt_at=clock.now(),
        )  # fmt: skip
    bank.desk.work()
    operations.discover_chargebacks(clock.now())
    operations.check_due_chargebacks(clock.now() + timedelta(days=1), 10)


def test_what_the_gateway_moves_after_the_end_is_in_suspense_and_brings_no_credits_back(stripe, ada):
    made = purse.buy(amount=Money(AMOUNT, "USD"), by=ada, at=clock.now())
    payment = stripe.paid(ada, ItemToPay(item_type="CREDITS", item_id=made.pk))
    dispute = stripe.dispute(payment)
    stripe.decide(dispute, won=False)

    stripe.stand_in.rows[dispute]["balance_transactions"].append({"amount": AMOUNT, "fee": 0})
    operations.discover_chargebacks(clock.now())

    assert (in_purse(stripe, ada), balance(stripe, "SUSPENSE")) == ((0, 0, 0), AMOUNT)
    assert Chargeback.objects.get().taken_at_end_minor == AMOUNT
    assert "chargeback_moved_late" in alerts()


def by_hand(bank, payment, amount_minor):  # the argument
    named = {"intent_id": payment.gateway_id} if bank.takes_at_once else {"reference": payment.reference}
    made = bank.stand_in.control("refund_by_hand", amount=amount_minor, **named)
    bank.tell()
    return made


def test_refunded_at_the_dashboard_the_unspent_credits_are_gone(bank, ada, bought, spend):
    spend(ada, 30_000)

    by_hand(bank, bought, AMOUNT)

    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, -30_000))
    assert lines(ada)[-1] == ("TAKEN", -70_000)
    assert alerts() == ["refund_by_hand", "refunded_twice"]


@pytest.mark.parametrize("won", [True, False])
def test_case_61_what_goes_back_by_hand_while_it_is_claimed_comes_before_the_claim(paystack, ada, won):
    made = purse.buy(amount=Money(AMOUNT, "NGN"), by=ada, at=clock.now())
    payment = paystack.paid(ada, ItemToPay(item_type="CREDITS", item_id=made.pk))
    dispute = paystack.dispute(payment)
    by_hand(paystack, payment, 40_000)
    assert in_purse(paystack, ada) == (0, 60_000, 0)

    paystack.decide(dispute, won=won)

    assert in_purse(paystack, ada) == ((60_000, 0, 60_000) if won else (0, 0, 0))
    assert books(paystack) == (0, 0 if won else -40_000)
    assert told(ada)[-1] == (("credits_claim_dropped" if won else "credits_claim_taken"), 60_000)


def test_no_refund_of_bought_credits_is_asked_for_claimed_or_not(bank, ada, bought, ops):
    for _ in range(2):
        with pytest.raises(NotRefundable):
            operations.propose_refund(
                payment_id=bought.pk, destination=RefundDestination.WALLET, reason="x", by=ops, at=clock.now()
            )
        if not Chargeback.objects.exists():
            bank.dispute(bought)
    assert wallet_of(ada, bank.currency) == 0


def test_of_credits_and_a_booking_bought_together_the_credits_are_claimed_first(
    bank, ada, pay_for, spend
):  # fmt: skip
    thing = bank.desk.trade.sell(ada, 50_000, bank.currency)
    payment = pay_for(ada, thing)
    spend(ada, 20_000)

    dispute = bank.dispute(payment, 100_000)

    assert in_purse(bank, ada) == (0, 80_000, 0)
    assert (hold_of(payment).state, hold_of(payment).disputed_minor) == ("FROZEN", 20_000)
    bank.decide(dispute, won=False)
    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, 0))
    assert (hold_of(payment).state, hold_of(payment).refunded_minor) == ("HELD", 20_000)


def test_of_both_claimed_in_whole_and_won_both_are_as_before(bank, ada, pay_for):
    payment = pay_for(ada, bank.desk.trade.sell(ada, 50_000, bank.currency))

    bank.decide(bank.dispute(payment), won=True)

    assert (in_purse(bank, ada), hold_of(payment).state) == ((AMOUNT, 0, AMOUNT), "HELD")


@pytest.mark.parametrize("comes_back", ["refund", "abandoned"])
def test_credits_that_come_back_while_the_bank_decides_are_claimed_then(
    bank, ada, bought, spend, drain_outbox, comes_back
):  # fmt: skip
    if comes_back == "refund":
        paid = spend(ada, 30_000)
        come_back = partial(_refund, paid)
    else:
        thing = bank.desk.trade.sell(ada, 90_000, bank.currency)
        bank.desk.open(ada, thing, pay_with=PayWith(credits=Money(30_000, bank.currency)))
        come_back = partial(operations.free_for, item_type=thing.item_type, item_id=thing.item_id, at=clock.now())
    dispute = bank.dispute(bought)
    drain_outbox()
    assert in_purse(bank, ada)[0] == 0

    come_back()
    drain_outbox()

    assert in_purse(bank, ada) == (0, AMOUNT, 0)
    assert told(ada) == [("credits_claimed", 70_000), ("credits_claimed", AMOUNT)]
    bank.decide(dispute, won=False)
    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, 0))
    assert told(ada)[2:] == [("credits_claim_taken", AMOUNT)]


def _refund(payment: Payment) -> None:
    for refund in operations.request_refund(payment_id=payment.pk, reason="x", at=clock.now()):
        operations.carry_out_refund(refund_id=refund.pk, at=clock.now())


def test_what_came_back_and_nobody_has_claimed_yet_is_taken_when_the_bank_has_decided(
    bank, ada, bought, spend
):  # fmt: skip
    paid = spend(ada, 30_000)
    dispute = bank.dispute(bought)
    _refund(paid)  # and the entry of the outbox is not acted on
    assert in_purse(bank, ada) == (30_000, 70_000, 30_000)

    bank.decide(dispute, won=False)

    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, 0))


def test_what_comes_back_after_a_loss_goes_to_suspense_up_to_what_that_bore(
    bank, ada, bought, spend, drain_outbox
):  # fmt: skip
    paid = spend(ada, 30_000)
    bank.decide(bank.dispute(bought, 90_000), won=False)
    assert (in_purse(bank, ada), books(bank)) == ((0, 0, 0), (0, -20_000))

    _refund(paid)
    drain_outbox()

    assert (in_purse(bank, ada), books(bank)) == ((10_000, 0, 10_000), (0, 0))
    assert Chargeback.objects.get().unmatched_minor == 0
    assert told(ada) == [("credits_claimed", 70_000), ("credits_claim_taken", 70_000), ("credits_claim_taken", 90_000)]
    entry = AuditEntry.objects.get(action="payments.chargeback_made_good")
    assert (entry.before["unmatched_minor"], entry.after["unmatched_minor"]) == (20_000, 0)
    operations.claim_more(payment_id=bought.pk, at=clock.now())
    assert in_purse(bank, ada) == (10_000, 0, 10_000)


class _Undone(Exception):
    pass


def test_a_claim_without_its_credits_set_aside_is_no_sound_book(bank, ada, bought):
    bank.dispute(bought)
    assert unbooked() == []

    with pytest.raises(_Undone), transaction.atomic():
        purse.drop_claim(refund_id=Refund.objects.get().pk, customer_id=ada.pk, at=clock.now())
        assert unbooked() == [(addresses.reserved(ada.pk, bank.currency), str(AMOUNT), "0")]
        assert [fault.rule for fault in soundness.faults()] == ["S8"]
        raise _Undone
