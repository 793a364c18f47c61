"""Mutation test of the verifier and the comparer: a hundred kobo out of place, a hundred rows that somebody touched.

Each is written past every trigger, as a superuser could, found, named, and taken back.
"""

import random

import pytest
from django.db import transaction

from apps.core import clock
from apps.ledger import operations as ledger
from apps.ledger import soundness
from apps.ledger.models import Account, Entry, EscrowHold, SealedTransfer, Transfer
from apps.ledger.operations import Unit
from apps.ledger.states import RefundDestination, ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.sql import run, until_settled, without_triggers
from apps.payments import operations as payments
from apps.payments.models import Payment, PaymentAllocation, Refund, SandboxCharge, WebhookEvent
from apps.reconciliation import operations
from apps.reconciliation.models import Break
from apps.reconciliation.tests.conftest import DAY, over

pytestmark = pytest.mark.django_db(transaction=True)


class TakenBack(Exception):
    """Ends a mutation: nothing of it stays."""


@pytest.fixture
def books(desk, ada, bayo, performer, now):
    """Payments through the sandbox: held, released, refunded to card and wallet, tips; sealed, and a tail that is not."""
    for who in (ada, bayo, ada):
        payment = desk.pay(who, desk.trade.sell(who, 500_000 + len(who.first_name)), desk.trade.tip(who, performer))
        if who is bayo:
            payments.request_refund(
                payment_id=payment.pk, item=None, amount_minor=None, destination="GATEWAY", reason="x", at=now
            )
            payments.carry_out_due_refunds(now, 10)
    for n, hold in enumerate(EscrowHold.objects.filter(state="HELD").order_by("pk")):
        ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
        if n == 0:
            ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    payment = desk.pay(ada)
    payments.request_refund(
        payment_id=payment.pk, amount_minor=100_000, destination="WALLET", reason="x", at=now,
        item=payments.ItemToPay(item_type="BOOKING", item_id=payment.allocations.get().item_id),
    )  # fmt: skip
    payments.carry_out_due_refunds(now, 10)
    until_settled()
    ledger.take_snapshot(at=now)
    ledger.seal_batch(at=now, limit=1_000)
    later = desk.pay(bayo)
    tail = EscrowHold.objects.get(payment_id=later.pk)
    unit = Unit(unit_type=tail.unit_type, unit_id=tail.unit_id)
    ledger.refund_hold(
        unit=unit, amount_minor=50_000, destination=RefundDestination.WALLET, reason="x", by=None, at=now,
        idempotency_key="tail",
    )  # fmt: skip
    ledger.start_clearance(unit_type=tail.unit_type, unit_id=tail.unit_id, at=now)
    ledger.release_hold(hold_id=tail.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    ledger.credit_wallet(
        customer_id=ada.pk,
        currency="NGN",
        amount_minor=70,
        source="SYSTEM::PROMOTIONS:NGN",
        idempotency_key="w",
        at=now,
    )
    assert SealedTransfer.objects.count() < Transfer.objects.count()
    assert_ledger_sound()
    assert _compared(now).found == 0


@pytest.fixture
def performer(db):
    from apps.accounts.tests.factories import UserFactory

    return UserFactory(staff=True)


def _compared(now):
    with clock.frozen(over(now)):
        return operations.reconcile(gateway="sandbox", day=DAY, by=None, at=over(now))


def named_by_verifier(*statements):
    """The subjects that the rules name while the rows are as the statements leave them."""
    named = set()
    with pytest.raises(TakenBack), transaction.atomic():
        with without_triggers():
            for statement, values in statements:
                assert run(statement, *values) >= 1
        named |= {fault.subject for fault in soundness.faults()}
        raise TakenBack
    return named


def _entry(chance, drift):
    entry = chance.choice(list(Entry.objects.order_by("pk")))
    return "ledger_entry SET amount = amount + %s WHERE id = %s", [drift, entry.pk], f"transfer {entry.transfer_id}"


def _balance(chance, drift):
    rows = Account.objects.exclude(owner_type="SYSTEM").filter(balance__posted__gt=0)
    account = chance.choice(list(rows.order_by("pk")))
    return "ledger_balance SET posted = posted + %s WHERE account_id = %s", [drift, account.pk], account.address


def _daily_total(chance, drift):
    account = chance.choice(list(Account.objects.filter(daily_totals__isnull=False).order_by("pk")))
    statement = "ledger_dailytotal SET amount = amount + %s WHERE account_id = %s"
    return statement, [drift, account.pk], f"daily totals of {account.address}"


def _hold(chance, statement, values):
    rows = EscrowHold.objects.filter(net_minor__gt=1, commission_minor__gt=1)
    hold = chance.choice(list(rows.order_by("pk")))
    return (
        f"ledger_hold SET {statement} WHERE id = %s",
        [*values, hold.pk],
        f"hold {hold.pk} ({hold.unit_type} {hold.unit_id})",
    )


def _gross(chance, _drift):
    return _hold(chance, "gross_minor = gross_minor + 1, net_minor = net_minor + 1", [])


def _shares(chance, drift):
    changed = "net_minor = net_minor - %s, commission_minor = commission_minor + %s"
    return _hold(chance, changed, [drift, drift])


def _payment(chance, column, prefix=""):
    rows = Payment.objects.filter(captured_minor__gt=0, refunded_minor__lt=500_000)
    payment = chance.choice(list(rows.order_by("pk")))
    return (
        f"payments_payment SET {column} = {column} + 1 WHERE id = %s",
        [payment.pk],
        f"{prefix}payment {payment.reference}",
    )


def _captured(chance, _drift):
    return _payment(chance, "captured_minor")


def _fee(chance, _drift):
    return _payment(chance, "fee_minor")


def _refunded(chance, _drift):
    return _payment(chance, "refunded_minor", "refunds of ")


def _share(chance, _drift):
    rows = PaymentAllocation.objects.filter(hold_id__isnull=False).select_related("payment")
    share = chance.choice(list(rows.order_by("pk")))
    statement = "payments_paymentallocation SET amount_minor = amount_minor + 1 WHERE id = %s"
    return statement, [share.pk], f"share {share.pk} of payment {share.payment.reference}"


def _refund(chance, drift):
    refund = chance.choice(list(Refund.objects.filter(has_left_escrow=True).order_by("pk")))
    statement = "payments_refund SET amount_minor = amount_minor + %s, gateway_minor = gateway_minor + %s WHERE id = %s"
    return statement, [drift, drift, refund.pk], f"refund {refund.reference}"


# Where a kobo may be out of place in our own tables: the change, and the name that it must be told by.
PLACES = (_entry, _balance, _daily_total, _gross, _shares, _captured, _fee, _refunded, _share, _refund)


def test_case_85_a_hundred_drifts_of_one_kobo_are_found_each_with_its_name(books, now):
    """Eighty in our own tables, found by the rules; twenty in the inbox and the gateway's statement, by the comparer."""
    chance = random.Random(85)
    missed = []
    for number in range(80):
        place = PLACES[number % len(PLACES)]
        change, values, name = place(chance, chance.choice([1, -1]))
        if name not in named_by_verifier((f"UPDATE {change}", values)):
            missed.append((number, place.__name__, name))
    for number in range(20):
        name, found = _drift_at_the_gateway(chance, now) if number % 2 else _drift_in_the_inbox(chance, now)
        if name not in found:
            missed.append((number, name, found))

    assert missed == []
    assert_ledger_sound()
    assert not Break.objects.live().exists()


def _drift_at_the_gateway(chance, now):
    charge = chance.choice(list(SandboxCharge.objects.filter(status="PAID").order_by("pk")))
    drift, column = chance.choice([1, -1]), chance.choice(["paid_minor", "fee_minor"])
    SandboxCharge.objects.filter(pk=charge.pk).update(**{column: getattr(charge, column) + drift})
    _compared(now)
    found = set(Break.objects.live().filter(list_kind="CHARGE").values_list("subject", "account", "gap_minor"))
    SandboxCharge.objects.filter(pk=charge.pk).update(**{column: getattr(charge, column)})
    _compared(now)
    gap = drift if column == "paid_minor" else -drift
    account = f"SYSTEM::GATEWAY_CLEARING/sandbox:{charge.paid_currency}"
    return (f"payment {charge.reference}", account, gap), found


def _drift_in_the_inbox(chance, now):
    event = chance.choice(list(WebhookEvent.objects.order_by("pk")))
    body = bytes(event.body)
    amount = body.split(b'"amount": ')[1].split(b",")[0]
    with without_triggers():
        WebhookEvent.objects.filter(pk=event.pk).update(
            body=body.replace(b'"amount": ' + amount, b'"amount": %d' % (int(amount) + 1))
        )
    _compared(now)
    found = set(Break.objects.live().filter(kind="TAMPERED").values_list("subject", flat=True))
    with without_triggers():
        WebhookEvent.objects.filter(pk=event.pk).update(body=body)
    _compared(now)
    return f"event {event.event_id}", found


def tampering(chance):
    """What somebody does to one row of the books, and the name by which it must be told."""
    tail = set(Transfer.objects.values_list("pk", flat=True)) - set(SealedTransfer.objects.values_list("pk", flat=True))
    kind = chance.choice(
        [
            "amount",
            "account",
            "redated",
            "rebooked",
            "cause",
            "why",
            "kind",
            "gone",
            "entry gone",
            "swapped",
            "moved",
            "xid",
        ]
    )
    is_tail = chance.random() < 0.5
    chosen = [t for t in Transfer.objects.order_by("pk") if (t.pk in tail) == is_tail]
    if kind == "moved" and is_tail:  # the order of the legs of these is evidence only once they are sealed
        chosen = [t for t in chosen if t.kind not in {"PAYMENT", "ESCROW_RELEASE"}]
    transfer = chance.choice(chosen)
    entries = list(transfer.entries.order_by("pk"))
    entry, name = chance.choice(entries), f"transfer {transfer.pk}"
    others = [
        a
        for a in Account.objects.filter(currency=entry.currency).order_by("pk")
        if a.pk not in {e.account_id for e in entries}
    ]
    changes = {
        "amount": [("UPDATE ledger_entry SET amount = amount * 2 WHERE id = %s", [entry.pk])],
        "account": [("UPDATE ledger_entry SET account_id = %s WHERE id = %s", [chance.choice(others).pk, entry.pk])],
        "redated": [("UPDATE ledger_transfer SET created_at = created_at - interval '1 day' WHERE id = %s", [transfer.pk])],
        "rebooked": [("UPDATE ledger_entry SET created_at = created_at + interval '1 hour' WHERE id = %s", [entry.pk])],
        "cause": [("UPDATE ledger_transfer SET cause_id = gen_random_uuid() WHERE id = %s", [transfer.pk])],
        "why": [("UPDATE ledger_transfer SET metadata = '{\"by\": \"hand\"}' WHERE id = %s", [transfer.pk])],
        "kind": [("UPDATE ledger_transfer SET kind = CASE kind WHEN 'TIP' THEN 'ADJUSTMENT' ELSE 'TIP' END WHERE id = %s", [transfer.pk])],
        "gone": [("DELETE FROM ledger_transfer WHERE id = %s", [transfer.pk])],
        "entry gone": [("DELETE FROM ledger_entry WHERE id = %s", [entry.pk])],
        "swapped": [("UPDATE ledger_entry SET amount = -amount WHERE transfer_id = %s", [transfer.pk])],
        "moved": [("UPDATE ledger_entry SET id = id + 1000000 WHERE id = %s", [entries[0].pk])],
        "xid": [("UPDATE ledger_entry SET xid = xid + 1 WHERE id = %s", [entry.pk])],
    }  # fmt: skip
    if kind == "gone" and is_tail:
        name = f"entry {entry.pk}"
    return (kind, is_tail), changes[kind], name, transfer, entry


def is_named(named, name, transfer, entry, kind):
    """Whether the row is named: the transfer, or, where its sums still balance, the account or hold that is out by it."""
    if name in named:
        return True
    account = Account.objects.get(pk=entry.account_id)
    near = {account.address, f"snapshot of {account.address}"}
    near |= {f"hold {h.pk} ({h.unit_type} {h.unit_id})" for h in EscrowHold.objects.filter(funding_transfer=transfer)}
    payment = Payment.objects.filter(pk=transfer.cause_id).first()
    near |= {f"payment {payment.reference}"} if payment else set()
    return kind in {"account", "swapped", "moved"} and bool(near & named)


def test_case_85_a_hundred_tampered_rows_are_found_each_with_its_name(books):
    """Changed, deleted, re-ordered and re-dated; in sealed batches and in the tail that no seal covers yet."""
    chance = random.Random(74)
    seen, missed = set(), []
    for number in range(100):
        kind, statements, name, transfer, entry = tampering(chance)
        seen.add(kind)
        named = named_by_verifier(*statements)
        if not is_named(named, name, transfer, entry, kind[0]):
            missed.append((number, kind, transfer.kind, name, sorted(named)))

    assert missed == []
    assert {is_tail for _, is_tail in seen} == {True, False}
    assert len({kind for kind, _ in seen}) == 12
    assert_ledger_sound()
