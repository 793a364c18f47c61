"""What an accountant reads of the books: trial balance, statements, past balances, whatever has been snapshotted since."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.ids import new_id
from apps.ledger import accounting, addresses, operations, queries
from apps.ledger.models import Account
from apps.ledger.states import AccountKind, ReleaseReason
from apps.ledger.tests.sql import run, until_settled
from apps.ledger.tests.threads import at_once

DAY = timedelta(days=1)
TODAY = date(2026, 11, 18)
URL = "/api/v1/ledger/"


@pytest.fixture
def days(cleared, fund, now):
    """Three days: a payment of ₦100.00 is released on the second, one of ₦30.00 is funded on the third, and $50.00."""
    hold = cleared(10_000, rate_bp=500)
    operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now + DAY)
    fund(3_000, at=now + 2 * DAY)
    fund(5_000, currency="USD", gateway="stripe", at=now)
    return hold


def sides(day):
    return {
        each.currency: (each.debit_minor, each.credit_minor, {line.kind: line.debit_minor or line.credit_minor for line in each.lines})
        for each in accounting.trial_balances(day)
    }  # fmt: skip


def expected():
    naira = {"SYSTEM_ESCROW": 10_000, "GATEWAY_CLEARING": 10_000}
    dollars = (5_000, 5_000, {"SYSTEM_ESCROW": 5_000, "GATEWAY_CLEARING": 5_000})
    released = {"SYSTEM_ESCROW": 0, "GATEWAY_CLEARING": 10_000, "AVAILABLE": 9_500, "PLATFORM_REVENUE": 500}
    return [
        {},
        {"NGN": (10_000, 10_000, naira), "USD": dollars},
        {"NGN": (10_000, 10_000, released), "USD": dollars},
        {"NGN": (13_000, 13_000, {**released, "SYSTEM_ESCROW": 3_000, "GATEWAY_CLEARING": 13_000}), "USD": dollars},
    ]


@pytest.mark.django_db(transaction=True)
def test_debits_are_credits_on_every_day_before_and_after_a_snapshot(days, fund, now):
    read = partial(map, sides, [TODAY + n * DAY for n in (-1, 0, 1, 2)])
    assert list(read()) == expected()

    until_settled()
    operations.take_snapshot(at=now)
    assert list(partial(map, sides, [TODAY + n * DAY for n in (-1, 0, 1, 2)])()) == expected()

    fund(7, at=now + 2 * DAY)  # after the snapshot
    assert sides(TODAY + 2 * DAY)["NGN"][:2] == (13_007, 13_007)
    assert sides(TODAY + DAY)["NGN"][:2] == (10_000, 10_000)


@pytest.mark.django_db(transaction=True)
def test_a_figure_by_days_is_the_same_before_and_after_a_snapshot(days, now):
    def escrow():
        found = accounting.days_of(AccountKind.SYSTEM_ESCROW, "NGN", since=TODAY - DAY, until=TODAY + 3 * DAY)
        return [(each.moved_minor, each.balance_minor) for each in found]

    wanted = [(0, 0), (10_000, 10_000), (-10_000, 0), (3_000, 3_000), (0, 3_000)]
    assert escrow() == wanted
    until_settled()
    operations.take_snapshot(at=now)
    assert escrow() == wanted
    came_in = accounting.taken_in_by(AccountKind.PLATFORM_REVENUE, "NGN", since=TODAY, until=TODAY + 3 * DAY)
    assert came_in == {TODAY + DAY: 500}


@pytest.mark.django_db
def test_a_statement_is_read_page_by_page_with_the_balance_after_every_entry(fund, now):
    for n in range(1, 8):
        fund(n, at=now + (n // 3) * DAY)  # several at one moment
    account = Account.objects.get(address=addresses.escrow("NGN"))

    def pages(**wish):
        after_id = None
        while True:
            page = accounting.statement(account, until=TODAY + 9 * DAY, after_id=after_id, limit=2, **wish)
            yield page
            after_id = page.next_id
            if after_id is None:
                return

    whole = [line for page in pages(since=TODAY) for line in page.lines]
    assert [(line.entry.amount, line.balance_minor) for line in whole] == [
        (1, 1), (2, 3), (3, 6), (4, 10), (5, 15), (6, 21), (7, 28),
    ]  # fmt: skip
    later = list(pages(since=TODAY + DAY))
    assert {(page.opening_minor, page.closing_minor) for page in later} == {(3, 28)}
    assert [line.balance_minor for page in later for line in page.lines] == [6, 10, 15, 21, 28]
    of_a_kind = [line for page in pages(since=TODAY, kind="PAYMENT") for line in page.lines]
    assert (len(of_a_kind), {line.balance_minor for line in of_a_kind}) == (7, {None})
    assert [line for page in pages(since=TODAY, kind="TIP") for line in page.lines] == []


@pytest.mark.django_db
def test_a_page_deep_in_a_long_statement_is_found_by_its_index(fund, now):
    fund(5)
    account = Account.objects.get(address=addresses.escrow("NGN"))
    rows = accounting._entries(account, accounting.start_of(TODAY), accounting.start_of(TODAY + DAY), "")
    run("SET LOCAL enable_seqscan = off")

    plan = rows[:100].explain()

    assert "ledger_entry_statement" in plan


@pytest.mark.django_db(transaction=True)
def test_case_73_past_balances_are_the_full_sum_at_every_moment_while_others_write_and_snapshot(fund, now):
    fund(1_000)
    escrow = Account.objects.get(address=addresses.escrow("NGN")).pk
    done, differences = threading.Event(), []
    moments = [now + n * timedelta(hours=7) for n in range(8)]

    def write():
        for n in range(12):
            fund(100 + n, at=moments[n % 7])

    def watch():
        while not done.is_set():
            operations.take_snapshot(at=now)
            for moment in moments:
                with_snapshot = queries.balance_before(escrow, moment)
                # Both are read one after the other: what is written between the two may only add.
                again = queries.balance_before(escrow, moment)
                if with_snapshot > again:
                    differences.append((moment, with_snapshot, again))

    def write_all():
        try:
            return at_once(write, write)
        finally:
            done.set()

    outcomes = at_once(watch, write_all)

    assert (differences, outcomes) == ([], [None, [None, None]])
    until_settled()
    operations.take_snapshot(at=now)
    for moment in moments:
        ((full,),) = run(
            "SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE account_id = %s AND created_at < %s",
            escrow,
            moment,
        )
        assert queries.balance_before(escrow, moment) == full


# --- Over HTTP -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_past_balance_statement_and_trial_balance_over_http(days, api, now):
    ops = api(UserFactory(viewer=True))
    account = Account.objects.get(address=addresses.business_available(days.business_id, "NGN"))
    own = f"{URL}accounts/{account.pk}/"

    def balance(at):
        return ops.get(f"{own}balance/", {"at": at.isoformat()}).json()["data"]["balance"]["amount"]

    assert [balance(now + DAY), balance(now + DAY + timedelta(microseconds=1))] == ["0.00", "95.00"]
    with clock.frozen(now + 2 * DAY):
        assert ops.get(f"{own}balance/").json()["data"]["balance"]["amount"] == "95.00"
        assert ops.get(f"{own}statement/").json()["data"]["opening"]["amount"] == "95.00"
    told = ops.get(f"{own}statement/", {"from": "2026-11-18", "to": "2026-11-20"}).json()["data"]
    assert (told["opening"]["amount"], told["closing"]["amount"], told["next_after"]) == ("0.00", "95.00", None)
    (line,) = told["lines"]
    assert (line["kind"], line["amount"]["amount"], line["balance"]["amount"], line["cause_type"]) == (
        "ESCROW_RELEASE", "95.00", "95.00", "BOOKING",
    )  # fmt: skip
    trial = ops.get(f"{URL}trial-balance/", {"on": "2026-11-19"}).json()["data"]["currencies"]
    assert [(each["currency"], each["balanced"], each["debit"]["amount"]) for each in trial] == [
        ("NGN", True, "100.00"), ("USD", True, "50.00"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_both_as_spreadsheets(days, api):
    ops = api(UserFactory(ops=True))
    account = Account.objects.get(address=addresses.escrow("NGN"))

    statement = ops.get(
        f"{URL}accounts/{account.pk}/statement/", {"format": "csv", "from": "2026-11-18", "to": "2026-11-20"}
    )
    trial = ops.get(f"{URL}trial-balance/", {"format": "csv", "on": "2026-11-18"})

    rows = [line.split(",")[1:6] for line in b"".join(statement).decode().splitlines()]
    assert rows == [
        ["kind", "debit", "credit", "balance", "currency"], ["OPENING", "", "", "0.00", "NGN"],
        ["PAYMENT", "", "100.00", "100.00", "NGN"], ["ESCROW_RELEASE", "100.00", "", "0.00", "NGN"],
        ["PAYMENT", "", "30.00", "30.00", "NGN"], ["CLOSING", "", "", "30.00", "NGN"],
    ]  # fmt: skip
    assert "NGN,,TOTAL,,2,100.00,100.00" in b"".join(trial).decode()


@pytest.mark.django_db
def test_a_long_statement_has_a_next_page_and_a_long_spreadsheet_all_of_it(fund, api, now, monkeypatch):
    monkeypatch.setattr("apps.ledger.api.accounting._PAGE", 2)
    monkeypatch.setattr("apps.ledger.api.statements._PAGE", 2)
    for n in range(1, 6):
        fund(n)
    ops = api(UserFactory(ops=True))
    own = f"{URL}accounts/{Account.objects.get(address=addresses.escrow('NGN')).pk}/statement/"

    first = ops.get(own).json()["data"]
    second = ops.get(own, {"after": first["next_after"]}).json()["data"]

    assert [line["balance"]["amount"] for line in (*first["lines"], *second["lines"])] == [
        "0.01",
        "0.03",
        "0.06",
        "0.10",
    ]
    assert len(b"".join(ops.get(own, {"format": "csv"})).decode().splitlines()) == 1 + 1 + 5 + 1


@pytest.mark.django_db
def test_the_books_are_the_marketplaces_own_peoples(days, api):
    account = Account.objects.first()
    addresses_ = [
        f"{URL}trial-balance/",
        f"{URL}accounts/{account.pk}/balance/",
        f"{URL}accounts/{account.pk}/statement/",
    ]

    assert {api(UserFactory(ceo=True)).get(each).status_code for each in addresses_} == {403}
    ops = api(UserFactory(ops=True))
    assert ops.get(f"{URL}accounts/{new_id()}/balance/").json()["code"] == "account_not_found"
    assert ops.get(f"{URL}accounts/{new_id()}/statement/", {"format": "csv"}).status_code == 404
