"""Credits are granted, bought, given away, and run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.models import AuditEntry
from apps.core.money import Money
from apps.credits import operations
from apps.credits.errors import AmountNotOffered, GiftToOneself, NotEnoughCredits, RecipientUnknown
from apps.credits.models import CreditPurchase, Gift, Grant, Line
from apps.credits.profile_parts import export, objection_to_erasure
from apps.credits.states import ITEM_TYPE, Source
from apps.credits.tests.purse import fill_wallet, own, promise, promotions, purse_of
from apps.notifications.models import Notification
from apps.payments.errors import AlreadyPaid, ItemNotFound, NotPayable
from apps.payments.operations import ItemToPay, PayWith
from apps.payments.states import AllocationState

pytestmark = pytest.mark.django_db


def told(user):
    return list(
        Notification.objects.filter(user=user).order_by("created_at", "pk").values_list("notification_type", flat=True)
    )


def lines_of(user):
    return list(Line.objects.filter(customer=user).order_by("pk").values_list("kind", "amount_minor"))


def purchase(user, amount_minor=500_000):
    made = operations.buy(amount=Money(amount_minor, "NGN"), by=user, at=clock.now())
    return ItemToPay(item_type=ITEM_TYPE, item_id=made.pk)


def test_promotional_credits_are_not_in_the_books_until_they_are_spent(ada, ops):
    grant = operations.grant_credits(
        customer_id=ada.pk, currency="NGN", amount_minor=5_000, source=Source.LOYALTY, reason="A good year", by=ops,
        at=clock.now(), expires_at=clock.now() + timedelta(days=30),
    )  # fmt: skip

    assert (purse_of(ada), promotions()) == ((5_000, 0, 0, 0), 0)
    audit = AuditEntry.objects.get(action="credits.granted")
    assert (audit.actor, audit.reason, audit.target_id) == (ops, "A good year", str(grant.pk))
    assert told(ada) == ["credits_received"]


def test_credits_for_a_refund_are_the_customers_money_at_once(ada):
    own(ada, 5_000)

    assert (purse_of(ada), promotions()) == ((5_000, 0, 0, 5_000), 5_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0},
        {"source": Source.PURCHASE},
        {"expires_at": None},
        {"source": Source.REFUND},
        {"days": -1},
    ],
)
def test_credits_that_make_no_sense_are_not_granted(ada, wrong):
    at = clock.now()
    days = wrong.pop("days", 3)
    terms = {"amount_minor": 5, "source": Source.PROMOTION, "expires_at": at + timedelta(days=days)} | wrong

    with pytest.raises(Invalid):
        operations.grant_credits(customer_id=ada.pk, currency="NGN", reason="x", by=None, at=at, **terms)

    assert Grant.objects.count() == 0


def test_bought_credits_are_there_once_they_are_paid_and_their_money_is_the_customers(desk, ada):
    payment = desk.pay(ada, purchase(ada))

    assert payment.status == "SUCCEEDED"
    assert purse_of(ada) == (500_000, 0, 0, 500_000)
    grant = Grant.objects.get()
    assert (grant.source, grant.expires_at, grant.purchase.payment_id) == (Source.PURCHASE, None, payment.pk)
    assert told(ada)[-1] == "credits_received"


def test_credits_are_bought_with_the_wallet_but_not_with_credits(desk, ada):
    own(ada, 100_000)
    promise(ada, 100_000)
    fill_wallet(ada, 500_000)

    payment = desk.open(ada, purchase(ada), pay_with=PayWith(credits=True, wallet=True))

    assert (payment.status, payment.wallet_minor) == ("SUCCEEDED", 500_000)
    assert purse_of(ada) == (700_000, 0, 0, 600_000)


def test_credits_that_two_payments_paid_are_there_once_and_the_other_money_is_in_the_wallet(desk, ada):
    item = purchase(ada)
    first, second = desk.open(ada, item), desk.open(ada, item)

    for payment in (first, second):
        desk.receive(*desk.act(payment))
        desk.work()

    second.refresh_from_db()
    assert second.allocations.get().state == AllocationState.CREDITED
    assert purse_of(ada) == (500_000, 500_000, 0, 500_000)


def test_credits_are_sold_between_the_least_and_the_most_in_currencies_that_are_offered(ada):
    for amount in (Money(99_999, "NGN"), Money(50_000_001, "NGN"), Money(5_000, "EUR")):
        with pytest.raises(AmountNotOffered):
            operations.buy(amount=amount, by=ada, at=clock.now())

    assert CreditPurchase.objects.count() == 0


def test_a_purchase_is_its_buyers_and_can_be_paid_for_half_an_hour_and_once(desk, ada, bayo, now):
    item = purchase(ada)

    with pytest.raises(ItemNotFound):
        desk.open(bayo, item)
    with clock.frozen(now + timedelta(minutes=30)), pytest.raises(NotPayable):
        desk.open(ada, item)
    desk.pay(ada, item)
    with pytest.raises(AlreadyPaid):
        desk.open(ada, item)


def test_bought_credits_are_given_to_another_customer_and_both_are_told(desk, ada, bayo):
    desk.pay(ada, purchase(ada, 300_000))
    desk.pay(ada, purchase(ada, 200_000))

    gift = operations.give_credits(
        amount=Money(350_000, "NGN"), by=ada, at=clock.now(), email=bayo.email.upper(), message="Happy birthday!"
    )

    assert (purse_of(ada), purse_of(bayo)) == ((150_000, 0, 0, 150_000), (350_000, 0, 0, 350_000))
    received = Grant.objects.get(customer=bayo)
    assert (received.source, received.given_by, received.gift) == (Source.PURCHASE, ada, gift)
    assert (told(ada)[-1], told(bayo)) == ("credits_given", ["credits_gift"])
    assert AuditEntry.objects.get(action="credits.given").actor == ada
    assert lines_of(ada)[-2:] == [("GIVEN", -300_000), ("GIVEN", -50_000)]


def test_a_gift_may_be_given_on(desk, ada, bayo, performer):
    desk.pay(ada, purchase(ada))
    operations.give_credits(amount=Money(500_000, "NGN"), by=ada, at=clock.now(), email=bayo.email)

    operations.give_credits(amount=Money(500_000, "NGN"), by=bayo, at=clock.now(), email=performer.email)

    assert [purse_of(person)[0] for person in (ada, bayo, performer)] == [0, 0, 500_000]


def test_only_bought_credits_are_given_and_only_to_somebody_else_who_is_there(desk, ada, bayo):
    promise(ada, 10_000)
    own(ada, 10_000)
    amount, at = Money(5_000, "NGN"), clock.now()

    with pytest.raises(NotEnoughCredits) as refused:
        operations.give_credits(amount=amount, by=ada, at=at, email=bayo.email)
    with pytest.raises(GiftToOneself):
        operations.give_credits(amount=amount, by=ada, at=at, email=ada.email)
    with pytest.raises(RecipientUnknown):
        operations.give_credits(amount=amount, by=ada, at=at, phone="+2348000000000")
    with pytest.raises(RecipientUnknown):
        operations.give_credits(amount=amount, by=ada, at=at)
    with pytest.raises(Invalid):
        operations.give_credits(amount=Money(0, "NGN"), by=ada, at=at, email=bayo.email)

    assert refused.value.data == {"available": {"amount": "0.00", "currency": "NGN"}}
    assert (Gift.objects.count(), purse_of(ada)[0]) == (0, 20_000)


def test_the_history_tells_every_change_and_sums_to_what_is_there(desk, ada, now):
    promise(ada, 1_000, days=5)
    payment = desk.open(ada, desk.trade.sell(ada, 400), pay_with=PayWith(credits=True))
    assert payment.status == "SUCCEEDED"

    with clock.frozen(now + timedelta(days=5)):
        operations.note_expired(at=clock.now(), limit=10)

    assert lines_of(ada) == [("GRANTED", 1_000), ("USED", -400), ("EXPIRED", -600)]
    assert purse_of(ada)[0] == 0
    assert [line["amount"]["amount"] for line in export(ada)] == ["-6.00", "-4.00", "10.00"]


def test_customers_are_told_once_of_what_runs_out_in_a_week(ada, bayo, now):
    promise(ada, 1_000, days=6)
    promise(ada, 500, days=7)
    promise(ada, 400, days=8)
    promise(bayo, 100, days=8)
    at = clock.now()

    counts = [operations.warn_of_expiry(at=at, limit=10) for _ in range(2)]

    assert counts == [2, 0]
    assert told(ada).count("credits_expiring") == 1
    letter = Notification.objects.get(notification_type="credits_expiring")
    assert letter.context["amount"]["amount_minor"] == 1_500
    assert "credits_expiring" not in told(bayo)


def test_what_runs_out_is_noted_once_and_can_no_longer_be_spent(desk, ada, now):
    promise(ada, 1_000, days=1)

    with clock.frozen(now + timedelta(days=1)):
        assert purse_of(ada)[0] == 0
        assert [operations.note_expired(at=clock.now(), limit=10) for _ in range(2)] == [1, 0]
        payment = desk.open(ada, desk.trade.sell(ada, 5_000), pay_with=PayWith(credits=True))

    assert payment.promotions_minor == 0


def test_whoever_has_bought_credits_spends_them_before_the_account_is_erased(ada):
    promise(ada, 1_000)
    assert objection_to_erasure(ada) is None
    own(ada, 1_000)

    assert "credits" in objection_to_erasure(ada)
