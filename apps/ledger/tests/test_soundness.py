"""The verifier: one kobo out of place, anywhere, is found and named."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core.ids import new_id
from apps.ledger import addresses, operations, soundness
from apps.ledger.models import Account, Entry, EscrowHold, Transfer
from apps.ledger.states import RefundDestination, ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.sql import raw_transfer, run, until_settled, without_triggers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(cleared, fund, now):
    """Two releases, a refund, tips, a hold still open; sealed and snapshotted."""
    for n in range(2):
        hold = cleared(10_000 + n)
        operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    refunded = fund(3_000)
    operations.refund_hold(
        hold_id=refunded.pk, amount_minor=1_000, destination=RefundDestination.WALLET, reason="x", by=None, at=now,
        idempotency_key="r",
    )  # fmt: skip
    fund(5_000, currency="USD", gateway="stripe")
    operations.post_tip(
        tip_id=new_id(),
        gateway="paystack",
        currency="NGN",
        amount_minor=70,
        performer_id=new_id(),
        idempotency_key="t",
        at=now,
    )
    until_settled()
    operations.take_snapshot(at=now)
    operations.seal_batch(at=now, limit=1_000)
    assert_ledger_sound()


def subjects(rule):
    return [fault.subject for fault in soundness.faults_of(rule)]


def undone(change, undo, *values):
    """The change is made past every trigger, looked at, and taken back."""
    with without_triggers():
        run(change, *values)
    found = list(soundness.faults())
    with without_triggers():
        run(undo, *values)
    return found


def test_case_85_a_hundred_drifts_of_one_kobo_are_found_each_with_its_name(books):
    chance = random.Random(7)
    names = {entry.pk: f"transfer {entry.transfer_id}" for entry in Entry.objects.all()}
    guarded = dict(Account.objects.exclude(owner_type="SYSTEM").values_list("pk", "address"))
    holds = {
        hold.pk: f"hold {hold.pk} ({hold.unit_type} {hold.unit_id})" for hold in EscrowHold.objects.filter(state="HELD")
    }
    places = [
        ("ledger_entry SET amount = amount", "id", names),
        ("ledger_balance SET posted = posted", "account_id", guarded),
        ("ledger_hold SET refunded_minor = refunded_minor", "id", holds),
    ]

    for n in range(100):
        change, key, rows = places[n % 3]
        row, name = chance.choice(sorted(rows.items(), key=str))
        drift = chance.choice([1, -1] if "hold" not in change else [1])
        if "hold" in change:  # the table's own checks want the shares to make the whole
            statement = (
                "UPDATE ledger_hold SET refunded_minor = refunded_minor {}, net_minor = net_minor {} WHERE id = %s"
            )
            found = undone(statement.format("+ 1", "- 1"), statement.format("- 1", "+ 1"), row)
        else:
            statement = f"UPDATE {change} {{}} WHERE {key} = %s"
            sign = "+ 1" if drift == 1 else "- 1"
            back = "- 1" if drift == 1 else "+ 1"
            found = undone(statement.format(sign), statement.format(back), row)

        assert name in {fault.subject for fault in found}, (n, change)
    assert_ledger_sound()


def test_a_hundred_tampered_rows_are_found_each_with_its_name(books, fund, now):
    for n in range(45):
        fund(100 + n)
    until_settled()
    operations.seal_batch(at=now, limit=1_000)
    chance = random.Random(11)
    transfers = [str(key) for key in Transfer.objects.values_list("pk", flat=True)]
    attacks = [
        ("UPDATE ledger_transfer SET cause_type = cause_type || '!' WHERE id = %s", "UPDATE ledger_transfer SET cause_type = rtrim(cause_type, '!') WHERE id = %s"),
        ("UPDATE ledger_entry SET created_at = created_at + interval '1 us' WHERE transfer_id = %s", "UPDATE ledger_entry SET created_at = created_at - interval '1 us' WHERE transfer_id = %s"),
        ("UPDATE ledger_entry SET xid = xid + 1 WHERE transfer_id = %s", "UPDATE ledger_entry SET xid = xid - 1 WHERE transfer_id = %s"),
        ("UPDATE ledger_transfer SET body_hash = reverse(body_hash) WHERE id = %s", "UPDATE ledger_transfer SET body_hash = reverse(body_hash) WHERE id = %s"),
    ]  # fmt: skip

    for n in range(100):
        victim = chance.choice(transfers)
        change, back = attacks[n % 4]
        with without_triggers():
            run(change, victim)
        assert subjects("S7") == [f"transfer {victim}"]
        with without_triggers():
            run(back, victim)
    assert_ledger_sound()


def test_a_transfer_without_entries_and_entries_without_a_transfer_are_named(books):
    empty = new_id()
    raw_transfer(empty)
    lost = Transfer.objects.filter(kind="TIP").get()
    with without_triggers():
        run("DELETE FROM ledger_transfer WHERE id = %s", lost.pk)
        run("UPDATE ledger_entry SET currency = 'USD' WHERE transfer_id = %s", lost.pk)

    named = subjects("S1")

    assert f"transfer {empty}" in named
    entry_ids = Entry.objects.filter(transfer_id=lost.pk).values_list("pk", flat=True)
    assert all(f"entry {key}" in named for key in entry_ids)


def test_currencies_escrow_and_overdrafts_are_named(books):
    with without_triggers():
        run("ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_below_zero")
        run(
            "UPDATE ledger_balance SET posted = -1 WHERE account_id IN (SELECT id FROM ledger_account WHERE kind = 'TIPS')"
        )
        run("UPDATE ledger_entry SET amount = amount + 1 WHERE hold_id IS NOT NULL AND currency = 'USD'")
    try:
        assert subjects("S2") == ["all entries in USD"]
        assert addresses.escrow("USD") in subjects("S3")
        assert subjects("S5") == [Account.objects.get(kind="TIPS").address]
        assert {"snapshot of " + addresses.escrow("USD")} <= set(subjects("S4"))
    finally:
        with without_triggers():
            run("UPDATE ledger_balance SET posted = 70 WHERE posted = -1")
            run(
                "ALTER TABLE ledger_balance ADD CONSTRAINT ledger_balance_not_below_zero"
                " CHECK (may_be_negative OR posted >= held)"
            )


def test_a_release_that_paid_other_shares_than_the_hold_says_is_named(books):
    hold = EscrowHold.objects.filter(state="RELEASED").first()
    with without_triggers():
        run(
            "UPDATE ledger_hold SET net_minor = net_minor - 1, commission_minor = commission_minor + 1 WHERE id = %s",
            hold.pk,
        )

    assert set(subjects("S6")) == {f"hold {hold.pk} ({hold.unit_type} {hold.unit_id})"}


def test_a_daily_total_that_was_changed_is_named(books):
    run(
        "UPDATE ledger_dailytotal SET amount = amount + 1 WHERE account_id = (SELECT id FROM ledger_account WHERE kind = 'TIPS')"
    )

    assert subjects("S4") == ["daily totals of " + Account.objects.get(kind="TIPS").address]


class Desk:
    """A payment desk that remembers what it is told to."""

    def __init__(self, totals, named):
        self.totals, self.named = totals, named

    def gateway_totals(self):
        return self.totals

    def unbooked(self):
        return self.named


def test_s8_compares_with_what_the_payment_desk_knows(books):
    known, named = {("paystack", "NGN"): 23_071, ("stripe", "USD"): 5_000}, []
    soundness.connect(Desk(known, named))
    assert soundness.faults_of("S8") == []
    known[("stripe", "USD")] += 1
    known[("stripe", "EUR")] = 3
    named.append(("payment GP-1", "2 USD", "1 USD"))
    assert [str(fault) for fault in soundness.faults_of("S8")] == [
        "S8 clearing of stripe in EUR: should be 3, is 0",
        "S8 clearing of stripe in USD: should be 5001, is 5000",
        "S8 payment GP-1: should be 2 USD, is 1 USD",
    ]


def test_the_command_says_that_the_books_are_sound_or_where_they_are_not(books):
    until_settled()
    said = StringIO()
    call_command("ledger", "snapshot", stdout=said)
    call_command("ledger", "seal", stdout=said)
    call_command("ledger", "verify", stdout=said)
    assert "The books are sound" in said.getvalue()
    victim = Entry.objects.first()
    with without_triggers():
        run("UPDATE ledger_entry SET amount = amount + 1 WHERE id = %s", victim.pk)

    said = StringIO()
    with pytest.raises(CommandError, match="NOT sound") as refused:
        call_command("ledger", "verify", "--rule", "S1", "--rule", "S7", stdout=said)

    assert refused.value.returncode == 1
    assert said.getvalue().count(f"transfer {victim.transfer_id}") == 2


def test_the_command_does_not_print_faults_without_end(books):
    with without_triggers():
        for _ in range(210):
            raw_transfer(new_id())

    said = StringIO()
    with pytest.raises(CommandError):
        call_command("ledger", "verify", "--rule", "S1", stdout=said)

    assert "… and 10 more." in said.getvalue()
