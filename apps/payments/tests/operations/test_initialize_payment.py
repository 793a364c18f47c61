"""Opening a payment."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.core.idempotency import KeyReused, StillRunning
from apps.payments import operations
from apps.payments.errors import (
    AlreadyPaid,
    GatewayNotAnswering,
    GatewayNotOffered,
    GatewaySaidNo,
    ItemNotFound,
    MethodNotOffered,
    MixedCurrencies,
    NothingToPay,
    NotPayable,
    SameItemTwice,
    UnknownItemType,
)
from apps.payments.gateways.errors import GatewayNotSupported, GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.values import Method
from apps.payments.models import Payment, PaymentAudit, SandboxCharge
from apps.payments.operations import ItemToPay
from apps.payments.operations import initialize as module
from apps.payments.payables import PayablePart
from apps.payments.states import PaymentStatus

pytestmark = pytest.mark.django_db


def test_initialize_gives_a_checkout_page_and_prices_frozen_now(desk, ada, now):
    payment = desk.open(ada)

    assert (payment.status, payment.amount_minor, payment.currency) == (PaymentStatus.INITIALIZED, 500_000, "NGN")
    assert payment.checkout_url.endswith(f"/sandbox/checkout/{payment.reference}/")
    assert payment.expires_at == now + timedelta(minutes=30)
    assert [share.amount_minor for share in payment.allocations.all()] == [500_000]
    assert SandboxCharge.objects.get().reference == payment.reference


def test_initialize_several_things_makes_one_payment_with_a_share_each(desk, ada, performer):
    items = [desk.trade.sell(ada, 300_000), desk.trade.sell(ada, 200_001), desk.trade.tip(ada, performer)]

    payment = desk.open(ada, *items)

    assert payment.amount_minor == 520_001
    assert {share.item_id for share in payment.allocations.all()} == {item.item_id for item in items}


def test_initialize_of_a_thing_in_parts_makes_a_share_for_each_and_names_the_thing_once(desk, ada):
    parts = tuple(PayablePart(unit_type="PACKAGE_USE", unit_id=uuid4(), amount_minor=part) for part in (300, 200))
    item = desk.trade.sell(ada, 500, parts=parts)

    payment = desk.open(ada, item)

    shares = set(payment.allocations.values_list("item_id", "unit_type", "unit_id", "amount_minor"))
    assert shares == {(item.item_id, "PACKAGE_USE", part.unit_id, part.amount_minor) for part in parts}
    assert (payment.amount_minor, SandboxCharge.objects.get().description) == (500, "Haircut at Ada’s")
    with pytest.raises(ValueError, match="are not the whole"):
        desk.trade.sell(ada, 501, parts=parts)


def test_initialize_lives_no_longer_than_what_it_is_for(desk, ada, now):
    item = desk.trade.sell(ada, expires_at=now + timedelta(minutes=4))

    assert desk.open(ada, item).expires_at == now + timedelta(minutes=4)


def test_initialize_by_bank_transfer_and_ussd_says_where_to(desk, ada):
    transfer = desk.open(ada, method=Method.BANK_TRANSFER)
    ussd = desk.open(ada, method=Method.USSD)

    assert transfer.instructions["bank_transfer"]["bank_name"] == "Sandbox Bank"
    assert ussd.instructions["ussd_code"].startswith("*000*")


def test_initialize_for_one_without_an_email_works(desk, ada):
    ada.email, ada.phone = None, "+2348012345678"
    ada.save()

    assert "@" in SandboxCharge.objects.get(reference=desk.open(ada).reference).customer_email


def refuses(error, desk, payer, *items, **wish):
    with pytest.raises(error):
        desk.open(payer, *items, **wish)
    assert Payment.objects.count() == 0


def test_initialize_refuses_what_is_not_the_payers(desk, ada, bayo):
    refuses(ItemNotFound, desk, bayo, desk.trade.sell(ada))


def test_initialize_refuses_what_is_paid_already(desk, ada):
    item = desk.trade.sell(ada)
    desk.trade.paid.add(item.item_id)

    refuses(AlreadyPaid, desk, ada, item)


def test_initialize_refuses_what_our_own_books_call_paid_even_if_the_trade_does_not_know(desk, ada):
    item = desk.trade.sell(ada)
    desk.pay(ada, item)

    with pytest.raises(AlreadyPaid):
        desk.open(ada, item)


def test_initialize_refuses_mixed_currencies(desk, ada):
    refuses(MixedCurrencies, desk, ada, desk.trade.sell(ada), desk.trade.sell(ada, currency="USD"))


def test_initialize_refuses_the_same_thing_twice(desk, ada):
    item = desk.trade.sell(ada)

    refuses(SameItemTwice, desk, ada, item, item)


def test_initialize_refuses_what_costs_nothing(desk, ada):
    refuses(NothingToPay, desk, ada, desk.trade.sell(ada, 0))


def test_initialize_refuses_what_has_run_out(desk, ada, now):
    refuses(NotPayable, desk, ada, desk.trade.sell(ada, expires_at=now))


def test_initialize_refuses_an_unknown_type(desk, ada):
    refuses(UnknownItemType, desk, ada, ItemToPay(item_type="MOON", item_id=uuid4()))


@pytest.mark.parametrize(("currency", "preferred"), [("USD", "paystack"), ("NGN", "elsewhere")])
def test_initialize_refuses_a_gateway_that_does_not_take_the_currency(desk, ada, currency, preferred):
    refuses(GatewayNotOffered, desk, ada, desk.trade.sell(ada, currency=currency), gateway=preferred)


def test_the_same_key_gives_the_same_payment_and_asks_the_gateway_once(desk, ada):
    item = desk.trade.sell(ada)

    first, second = desk.open(ada, item, client_key="k"), desk.open(ada, item, client_key="k")

    assert first.pk == second.pk
    assert (Payment.objects.count(), SandboxCharge.objects.count()) == (1, 1)


def test_the_same_key_of_another_person_is_another_key(desk, ada, bayo):
    assert desk.open(ada, client_key="k").pk != desk.open(bayo, client_key="k").pk


def test_the_same_key_with_another_wish_is_refused(desk, ada):
    desk.open(ada, client_key="k")

    with pytest.raises(KeyReused):
        desk.open(ada, client_key="k")


def test_the_same_key_while_the_first_is_running_is_refused_and_after_a_crash_starts_anew(desk, ada, now):
    wish = {"items": [desk.trade.sell(ada)], "payer": ada, "client_key": "k"}
    module.prepare_payment(**wish, at=now, gateway="", method=Method.CARD, save_method=False, metadata=None)

    with pytest.raises(StillRunning):
        operations.initialize_payment(**wish, at=now)
    later = operations.initialize_payment(**wish, at=now + module.INTERRUPTED_AFTER)

    assert later.sent_at is not None
    assert sorted(Payment.objects.values_list("status", flat=True)) == [PaymentStatus.FAILED, PaymentStatus.INITIALIZED]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (GatewayUnavailable("down"), GatewayNotAnswering),
        (GatewayTimeout("slow"), GatewayNotAnswering),
        (GatewayRefused("no"), GatewaySaidNo),
        (GatewayNotSupported("Sandbox", "USSD"), MethodNotOffered),
    ],
)
def test_initialize_when_the_gateway_is_in_trouble_fails_and_frees_the_key(desk, ada, monkeypatch, trouble, told):
    item = desk.trade.sell(ada)

    def stumble(*_arguments):
        raise trouble

    monkeypatch.setattr(type(gateway("sandbox")), "initialize", stumble)
    with pytest.raises(told):
        desk.open(ada, item, client_key="k")
    monkeypatch.undo()

    assert Payment.objects.get().status == PaymentStatus.FAILED
    assert desk.open(ada, item, client_key="k").status == PaymentStatus.INITIALIZED


def test_every_change_leaves_an_audit_row_even_by_update(desk, ada):
    payment = desk.open(ada)
    Payment.objects.filter(pk=payment.pk).update(problem="changed behind everybody's back")

    rows = PaymentAudit.objects.filter(pgh_obj=payment).order_by("pgh_id")
    assert [(row.pgh_label, row.problem) for row in rows] == [
        ("created", ""),
        ("changed", ""),
        ("changed", "changed behind everybody's back"),
    ]
    assert "client_secret" not in {field.name for field in PaymentAudit._meta.fields}


@pytest.mark.django_db(transaction=True)
def test_a_gateway_is_never_called_inside_a_transaction(desk, ada):
    from django.db import transaction

    item = desk.trade.sell(ada)
    with transaction.atomic(), pytest.raises(RuntimeError):
        operations.initialize_payment(items=[item], payer=ada, at=clock.now())
