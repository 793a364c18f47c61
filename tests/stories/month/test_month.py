"""A month of a marketplace, with both gateways: every end agrees with the gateways' own books, to the kobo."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from tests.stories.month.journal import booked, by_kind, table, unbalanced
from tests.stories.month.month import FIRST

pytestmark = [pytest.mark.django_db, pytest.mark.story]
LAST_DAY = 29  # the first of March
CURRENCIES = {"naira": "NGN", "dollars": "USD"}


def everything(person, path, **query):
    """Every row of a list over HTTP, page by page."""
    page = person.get(path, **query)
    rows = list(page["results"])
    while page["next"]:
        page = person.get(page["next"].partition("/api/v1")[2])
        rows += page["results"]
    return rows


def minor(money):
    return int(Decimal(money["amount"]) * 100)


# --- The gateways ---------------------------------------------------------------------------------------------------
def test_what_gateways_hold_is_what_they_say_themselves(month):
    own = month.gateways.own_books()
    held = {gateway: -booked()[f"SYSTEM::GATEWAY_CLEARING/{gateway}:{currency}"] for gateway, currency in own}

    assert {gateway: sum(moved) for (gateway, _), moved in own.items()} == held
    rows = [[int(Decimal(cell) * 100) for cell in list(row.values())[1:]] for row in table("What the gateways hold")]
    assert [[*moved, sum(moved)] for moved in own.values()] == rows
    assert {name for name in booked() if "IN_TRANSIT" in name or "CHARGEBACKS" in name} == set()


def test_gateways_have_the_payouts_and_claims_that_we_have(month):
    paystack, stripe = month.gateways.paystack, month.gateways.stripe
    people = ("folake", "ngozi", "grace", "bisi", "hank")
    ours = [row for name in people for row in everything(getattr(month, name), "/practitioner/payouts/")]
    ours += everything(month.ife, "/wallet/withdrawals/")
    theirs = {name: (row["amount"], row["status"] == "reversed") for name, row in paystack.transfers.items()}
    theirs |= {row["transfer_group"]: (row["amount"], row["reversed"]) for row in stripe._of("transfer")}

    assert {row["reference"]: (minor(row["amount"]), row["state"] == "REVERSED") for row in ours} == theirs
    claims = everything(month.ops, "/chargebacks/")
    assert {row["gateway_id"]: (row["status"], minor(row["taken"]), minor(row["fee"])) for row in claims} == {
        str(month.first_claim["id"]): ("WON", 0, 1_500),
        str(month.second_claim["id"]): ("LOST", 10_000, 1_500),
        str(month.third_claim["id"]): ("LOST", 1_000_000, 0),
        str(month.fourth_claim["id"]): ("LOST", 10_000, 1_500),
    }


def test_every_night_was_compared_and_one_break_was_found_and_resolved_by_two(month):
    runs = everything(month.ops, "/reconciliation/runs/")
    days = Counter(run["gateway"] for run in runs if run["state"] == "DONE")
    breaks = everything(month.ops, "/reconciliation/breaks/")

    assert {run["state"] for run in runs} == {"DONE"}
    assert days["paystack"] == days["stripe"] == LAST_DAY  # the last of January among them
    assert [(each["kind"], each["state"]) for each in breaks] == [("FEE", "RESOLVED")]
    assert (breaks[0]["proposed_by"]["name"], breaks[0]["decided_by"]["name"]) == ("Ops Test", "Admin Test")


# --- The books ------------------------------------------------------------------------------------------------------
def test_the_journal_balances_row_by_row_and_so_does_every_days_trial_balance(month):
    assert unbalanced(month.journal) == []
    for day in range(1, LAST_DAY + 1):
        on = (FIRST + timedelta(days=day - 1)).date()
        trial = month.admin.get("/ledger/trial-balance/", on=on.isoformat())["currencies"]
        lines = {
            (line["owner_type"], line["kind"], line["gateway"], each["currency"]): minor(line["credit"])
            - minor(line["debit"])
            for each in trial
            for line in each["lines"]
        }
        assert {each["balanced"] for each in trial} == {True}
        assert {key: amount for key, amount in lines.items() if amount} == by_kind(month.journal.balances(day)), day


def test_the_verifier_finds_nothing(month):
    told = StringIO()

    call_command("ledger", "verify", stdout=told)

    assert "sound" in told.getvalue()


# --- People ---------------------------------------------------------------------------------------------------------
def test_everybody_has_what_the_journal_says(month):
    expected = {
        (row["who"], row["what"], currency): Decimal(row[name])
        for row in table("What everybody has")
        for name, currency in CURRENCIES.items()
        if row[name]
    }
    found = {}
    for name, person in month.people.items():
        balance = person.get("/wallet/balance/")
        for each in [balance, *balance.pop("other_currencies")]:
            for what in ("wallet", "credits", "tips", "available_payout", "owed", "pending_escrow"):
                if Decimal(each.get(what, {}).get("amount", 0)):
                    found[name, what, each["currency"]] = Decimal(each[what]["amount"])

    assert found == expected


def test_businesses_are_told_their_month_and_invoiced_the_commission(month):
    found = []
    for owner in (month.folake, month.ngozi, month.grace):
        (statement,) = everything(owner, "/practitioner/statements/")
        (invoice,) = everything(owner, "/practitioner/commission-invoices/")
        assert (statement["month"], statement["commission_invoice"]) == ("2027-02-01", invoice["id"])
        found.append([minor(invoice["sales"]), minor(invoice["gross"]), minor(statement["closing"])])

    told = [list(row.values())[1:] for row in table("What businesses are told of February")]
    assert [[int(Decimal(cell) * 100) for cell in row] for row in told] == found


def test_receipts_are_what_was_paid_and_invoices_what_was_sold(month):
    payments = [row for row in everything(month.admin, "/payments/") if row["paid_at"]]
    assert len(payments) == 33
    for payment in payments[:: len(payments) // 5]:
        answer = month.admin.client.get(f"/api/v1/payments/{payment['id']}/receipt/")
        printed = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
        assert f"{Decimal(payment['amount']['amount']):,.2f}" in printed
    papers = Counter()
    for paper in everything(month.admin, "/invoices/"):
        papers[paper["seller"]["name"], paper["kind"]] += minor(paper["gross"])

    told = {
        (row["business"], kind): int(row[kind]) * 100 for row in table("What was invoiced") for kind in list(row)[1:]
    }
    assert papers == {
        (name, {"invoices": "INVOICE", "credit notes": "CREDIT_NOTE"}[kind]): amount
        for (name, kind), amount in told.items()
        if amount
    }
