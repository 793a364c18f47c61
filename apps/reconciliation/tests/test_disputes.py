"""Chargebacks against the gateways' lists of disputes, and the balance that all lists together come to."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core import clock
from apps.core.money import Money
from apps.credits import operations as purse
from apps.credits.tests.purse import purse_of
from apps.ledger import addresses, queries
from apps.payments import operations as payments
from apps.payments.models import Chargeback, SandboxDispute
from apps.payments.operations import ItemToPay
from apps.payments.sandbox import disputes
from apps.payments.sandbox.play import Act, act
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.states import RefundDestination
from apps.reconciliation import operations
from apps.reconciliation.models import Break
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import Resolution
from apps.reconciliation.tests.conftest import breaks, figures, over, reconciled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]


class Bank:
    """A customer's bank at either gateway."""

    def __init__(self, name, stand_in, desk):
        self.name, self.stand_in, self.desk = name, stand_in, desk
        self.currency = "USD" if name == "stripe" else "NGN"

    def paid(self, who, amount_minor=10_000, *, item=None):
        payment = self.desk.open(who, item or self.desk.trade.sell(who, amount_minor, self.currency))
        self.stand_in.control("pay", **self._named(payment))
        return payments.verify_payment(reference=payment.reference, by=who, at=clock.now())

    def dispute(self, payment, **how):
        return self.stand_in.control("dispute", **self._named(payment), **how)["id"]

    def decide(self, dispute_id, *, won):
        control = "close_dispute" if self.name == "stripe" else "resolve_dispute"
        self.stand_in.control(control, dispute_id=dispute_id, won=won)

    def row(self, dispute_id):
        return self.stand_in.rows[dispute_id] if self.name == "stripe" else self.stand_in._dispute(dispute_id)

    def forget(self, dispute_id):
        if self.name == "stripe":
            del self.stand_in.rows[dispute_id]
        else:
            self.stand_in.disputes.clear()

    def _named(self, payment):
        return {"intent_id": payment.gateway_id} if self.name == "stripe" else {"reference": payment.reference}


@pytest.fixture(params=["stripe", "paystack"])
def bank(request, desk):
    return Bank(request.param, request.getfixturevalue(request.param), desk)


def test_disputes_whose_web_hooks_never_came_are_picked_up(bank, ada, now):
    rows = [bank.paid(ada) for _ in range(3)]
    open_one, lost, won = (bank.dispute(payment) for payment in rows)
    bank.decide(lost, won=False)
    bank.decide(won, won=True)

    run = reconciled(bank.name, now)

    known = dict(Chargeback.objects.values_list("gateway_id", "status"))
    expected = {str(open_one): "NEEDS_RESPONSE", str(lost): "LOST"} | ({won: "WON"} if bank.name == "stripe" else {})
    assert (known, run.found, run.healed) == (expected, 0, len(expected))
    assert {each["theirs_minor"] - each["ours_minor"] for each in run.balances} == {0}
    assert figures(reconciled(bank.name, now))["healed"] == 0


@pytest.mark.parametrize("won", [True, False])
def test_bought_credits_that_a_bank_claims_and_takes_leave_no_difference(bank, ada, now, won):
    made = purse.buy(amount=Money(100_000, bank.currency), by=ada, at=clock.now())
    dispute = bank.dispute(bank.paid(ada, item=ItemToPay(item_type="CREDITS", item_id=made.pk)))
    claimed = reconciled(bank.name, now)
    bank.decide(dispute, won=won)

    decided = reconciled(bank.name, now)

    assert (claimed.found, decided.found, Chargeback.objects.get().status) == (0, 0, "WON" if won else "LOST")
    assert {each["theirs_minor"] - each["ours_minor"] for run in (claimed, decided) for each in run.balances} == {0}
    assert purse_of(ada, bank.currency)[0::3] == ((100_000, 100_000) if won else (0, 0))


def test_a_decision_of_which_we_never_heard_is_booked(bank, ada, now):
    dispute = bank.dispute(bank.paid(ada))
    reconciled(bank.name, now)
    bank.decide(dispute, won=False)

    run = reconciled(bank.name, now)

    assert (Chargeback.objects.get().status, run.found, run.healed) == ("LOST", 0, 1)
    assert queries.balance(addresses.chargebacks(bank.currency)) == 0


def test_a_dispute_that_the_gateway_does_not_know_is_a_break(bank, ada, now):
    dispute = bank.dispute(bank.paid(ada))
    payments.discover_chargebacks(now)
    taken = Chargeback.objects.get().taken_minor + Chargeback.objects.get().fee_minor
    bank.forget(dispute)

    run = reconciled(bank.name, now)

    assert breaks("list_kind", "kind", "subject", "there", "net_gap_minor", state="OPEN") == [
        ("DISPUTE", "MISSING_THERE", f"dispute {dispute}", "nothing", taken)
    ]
    assert [each["known_minor"] for each in run.balances] == [taken]


def test_another_claim_than_we_know_is_a_break(bank, ada, now):
    dispute = bank.dispute(bank.paid(ada))
    reconciled(bank.name, now)
    bank.row(dispute)["amount" if bank.name == "stripe" else "refund_amount"] -= 1

    reconciled(bank.name, now)

    word = bank.currency
    assert breaks("kind", "here", "there", state="OPEN") == [("AMOUNT", f"100.00 {word}", f"99.99 {word}")]


def test_a_dispute_about_a_charge_that_is_not_ours_is_a_break(bank, ada, now):
    dispute = bank.dispute(bank.paid(ada))
    row = bank.row(dispute)
    if bank.name == "stripe":
        row["payment_intent"] = "pi_somebody_elses"
    else:
        row["transaction"] = {**row["transaction"], "id": 999_999, "reference": "GP-STRANGER"}

    reconciled(bank.name, now)

    assert breaks("list_kind", "kind", "subject") == [("DISPUTE", "MISSING_HERE", f"dispute {dispute}")]
    assert Chargeback.objects.count() == 0


def test_pages_of_disputes_that_repeat_or_leave_out_rows_make_no_breaks(bank, ada, now):
    for _ in range(2):
        bank.dispute(bank.paid(ada))
    reconciled(bank.name, now)
    for kind in (FaultKind.ROW_TWICE, FaultKind.ROW_MISSING):
        bank.stand_in.faults.add(Fault(kind=kind, matching="dispute"))

    assert figures(reconciled(bank.name, now))["found"] == 0


# --- The balance -----------------------------------------------------------------------------------------------------
def test_the_balance_agrees_to_the_kobo_after_everything_that_can_happen(bank, ada, now, drain_outbox):
    """Charges, refunds ours and by hand, bounced ones, disputes of every end, and what was paid to our bank."""
    rows = [bank.paid(ada, 10_001 + n) for n in range(6)]
    for payment in rows[:2]:
        payments.request_refund(payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="x", at=now)
    drain_outbox()
    if bank.name == "stripe":
        bank.stand_in.control("refund_by_hand", intent_id=rows[2].gateway_id, amount=300)
    else:
        bank.stand_in.control("refund_by_hand", reference=rows[2].reference, amount=300)
    bank.decide(bank.dispute(rows[3]), won=False)
    bank.decide(bank.dispute(rows[4], amount=500), won=True)
    bank.stand_in.control("settle")

    (check,) = reconciled(bank.name, now).balances

    assert (check["theirs_minor"] - check["ours_minor"], check["known_minor"], check["is_certain"]) == (0, 0, True)
    assert check["theirs_minor"] == sum(bank.stand_in.held().values()) + _settled(bank)
    assert breaks(state="OPEN") == []


def _settled(bank):
    if bank.name == "paystack":
        return sum(row["total_amount"] for row in bank.stand_in.settlements)
    return sum(row["amount"] for row in bank.stand_in.rows.values() if row["object"] == "payout")


def test_a_kobo_for_which_there_is_no_reason_is_a_break_of_its_own(bank, ada, now, ops, admin, monkeypatch):
    bank.paid(ada)
    held = bank.stand_in.held
    word = bank.currency if bank.name == "paystack" else bank.currency.lower()
    monkeypatch.setattr(bank.stand_in, "held", lambda: held() + type(held())({word: 1}))

    first, second = reconciled(bank.name, now), reconciled(bank.name, now)

    found = Break.objects.get()
    clearing = addresses.gateway_clearing(bank.name, bank.currency)
    assert (first.fresh, second.fresh, found.list_kind, found.there, found.gap_minor, found.account) == (
        1, 0, "BALANCE", f"0.01 {bank.currency} more", 1, clearing,
    )  # fmt: skip
    legs = [
        CorrectionLeg(address=clearing, amount_minor=-1),
        CorrectionLeg(address=addresses.suspense(bank.currency), amount_minor=1),
    ]
    proposal = Proposal(resolution=Resolution.CORRECTED, reason="Interest.", legs=legs)
    operations.propose_break(break_id=found.pk, proposal=proposal, by=ops, at=now)
    operations.resolve_break(break_id=found.pk, by=admin, at=now)
    third = reconciled(bank.name, now)
    (check,) = third.balances
    assert (third.found, check["theirs_minor"] - check["ours_minor"], check["known_minor"]) == (0, 0, 0)


def test_money_of_which_no_web_hook_has_told_yet_is_on_its_way_and_no_break(bank, ada, now):
    bank.paid(ada)
    at = over(now)
    with clock.frozen(at):
        bank.stand_in.clock = at.timestamp
        late = bank.desk.open(ada, bank.desk.trade.sell(ada, 5_000, bank.currency))
        bank.stand_in.control("pay", **bank._named(late))
        (check,) = reconciled(bank.name, now).balances

    late.refresh_from_db()
    assert (late.status, check["in_flight_minor"] > 4_500, check["known_minor"]) == ("INITIALIZED", True, 0)
    assert check["theirs_minor"] - check["ours_minor"] == check["in_flight_minor"]
    assert breaks() == []


def test_while_money_moves_nothing_is_certain_and_a_standing_break_stays(bank, ada, now, monkeypatch):
    bank.paid(ada)
    held = bank.stand_in.held
    word = bank.currency if bank.name == "paystack" else bank.currency.lower()

    monkeypatch.setattr(bank.stand_in, "held", lambda: held() + type(held())({word: 7}))
    assert reconciled(bank.name, now).found == 1
    moving = iter(range(100))
    monkeypatch.setattr("apps.reconciliation.books.balance._ours", lambda gateway: {bank.currency: next(moving)})

    run = reconciled(bank.name, now)

    assert ([each["is_certain"] for each in run.balances], run.closed, run.found) == ([False], 0, 1)
    assert breaks("kind", "state") == [("BALANCE", "OPEN")]


def test_the_command_prints_each_balance(bank, ada, now):
    bank.paid(ada)
    told = StringIO()
    with clock.frozen(over(now)):
        call_command("reconcile", gateway=[bank.name], day=now.date(), stdout=told)
        held = bank.stand_in.held
        word = bank.currency if bank.name == "paystack" else bank.currency.lower()
        bank.stand_in.held = lambda: held() - type(held())({word: 9_000})
        with pytest.raises(CommandError):
            call_command("reconcile", gateway=[bank.name], day=now.date(), stdout=told)

    net = "98.50" if bank.name == "paystack" else "96.80"
    assert (
        f"{bank.currency}: there {net} {bank.currency}, here {net} {bank.currency}, on its way 0.00" in told.getvalue()
    )
    assert f"unexplained -90.00 {bank.currency}" in told.getvalue()


# --- The sandbox -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("choice", "ends"), [(Act.WIN_DISPUTE, "WON"), (Act.LOSE_DISPUTE, "LOST")])
def test_a_dispute_at_the_sandbox_goes_its_way_by_signed_web_hooks(desk, ada, now, choice, ends):
    payment = desk.pay(ada)
    desk.receive(*desk.act(payment, Act.DISPUTE))
    desk.work()
    chargeback = Chargeback.objects.get()
    assert (chargeback.status, chargeback.taken_minor, chargeback.fee_minor) == ("NEEDS_RESPONSE", 500_000, 200_000)
    desk.receive(*desk.act(payment, choice))
    desk.work()

    run = reconciled("sandbox", now)

    chargeback.refresh_from_db()
    assert (chargeback.status, run.found, run.healed) == (ends, 0, 0)
    assert {each["theirs_minor"] - each["ours_minor"] for each in run.balances} == {0}


def test_a_dispute_at_the_sandbox_of_which_nobody_told_is_picked_up(desk, ada, now):
    payment = desk.pay(ada)
    desk.act(payment, Act.DISPUTE)
    assert payments.discover_chargebacks(now + timedelta(minutes=1)) == 1
    assert Chargeback.objects.get().status == "NEEDS_RESPONSE"
    disputes.decide_dispute(reference=payment.reference, won=True, at=now)

    run = reconciled("sandbox", now)

    assert (Chargeback.objects.get().status, run.healed, run.found) == ("WON", 1, 0)
    assert SandboxDispute.objects.get().taken_minor == 0


def test_evidence_reaches_the_sandbox_and_the_bank_looks_at_it(desk, ada, now, ops):
    payment = desk.pay(ada)
    act(reference=payment.reference, choice=Act.DISPUTE, amount_minor=1_000, at=now)
    payments.discover_chargebacks(now + timedelta(minutes=1))
    chargeback = Chargeback.objects.get()
    payments.give_evidence(chargeback_id=chargeback.pk, words="She was there.", files=[], by=ops, at=now)
    payments.send_evidence(chargeback_id=chargeback.pk, at=now)
    payments.check_due_chargebacks(now + timedelta(hours=7), 10)

    chargeback.refresh_from_db()
    assert (chargeback.status, chargeback.amount_minor) == ("UNDER_REVIEW", 1_000)
    assert SandboxDispute.objects.get().evidence == "She was there."
