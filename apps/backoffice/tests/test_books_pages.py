"""The accountant's pages: trial balance, accounts of a kind, statements and charts; for the marketplace's own people."""

from datetime import date, timedelta

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.backoffice import books_pages
from apps.backoffice.charts import HEIGHT, chart_of
from apps.core.ids import new_id
from apps.core.testing import BackOfficeBrowser
from apps.ledger import addresses, operations
from apps.ledger.models import Account
from apps.ledger.operations import FundAllocation, Leg
from apps.ledger.states import ReleaseReason, TransferKind
from apps.ledger.tests.sql import run, without_triggers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BOOKS = "/admin/books/"


def fund(amount_minor, at, currency="NGN"):
    key = new_id()
    funding = operations.fund_payment(
        payment_id=key, gateway="paystack", currency=currency, amount_minor=amount_minor, payer_id=new_id(),
        allocations=[
            FundAllocation(
                unit_type="BOOKING", unit_id=key, business_id=new_id(), customer_id=key, amount_minor=amount_minor
            )
        ],
        idempotency_key=str(key), at=at,
    )  # fmt: skip
    return funding.holds[0].hold_id, key


@pytest.fixture
def booked(now):
    """A payment that was released, one that waits, and a payout of a part."""
    hold_id, unit_id = fund(1_000_000, now - 3 * DAY)
    operations.start_clearance(unit_type="BOOKING", unit_id=unit_id, at=now - 3 * DAY)
    released = operations.release_hold(hold_id=hold_id, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now - DAY)
    fund(250_000, now)
    available = addresses.business_available(released.hold.business_id, "NGN")
    operations.post_transfer(
        kind=TransferKind.PAYOUT, idempotency_key="out", at=now,
        legs=[
            Leg(address=available, amount_minor=-400_000),
            Leg(address=addresses.payouts_in_transit("NGN"), amount_minor=400_000),
        ],
    )  # fmt: skip
    return Account.objects.get(address=available)


def ask(path, user=None, **query):
    client = BackOfficeBrowser()
    client.force_login(user or UserFactory(viewer=True))
    return client.get(BOOKS + path, query)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_trial_balance_says_that_debits_are_credits_and_leads_to_the_accounts(booked):
    page = text(ask("trial-balance/"))

    for words in (
        "✓ Debits are credits",
        "Escrow",
        "₦2,500.00",
        "₦12,500.00",
        "/admin/books/accounts/AVAILABLE/NGN/?on=2026-11-18",
    ):
        assert words in page
    assert "Nothing was booked by then." in text(ask("trial-balance/", on="2020-01-01"))
    assert "✓ Debits are credits" in text(ask("trial-balance/", on="nonsense"))
    listed = text(ask("accounts/AVAILABLE/NGN/", on="2026-11-17"))
    assert f"/admin/books/statements/{booked.pk}/?until=2026-11-17" in listed
    assert "₦9,500.00 Cr" in listed
    assert "₦5,500.00 Cr" in text(ask("accounts/AVAILABLE/NGN/"))
    assert "There is no such account" in text(ask("accounts/WALLET/USD/"))
    assert ask("accounts/NONSENSE/NGN/").status_code == ask("accounts/WALLET/XXX/").status_code == 404


def test_books_that_are_out_say_by_how_much(booked):
    with without_triggers():
        run("UPDATE ledger_entry SET amount = amount + 1 WHERE amount = 250000")

    assert "✗ Out by ₦0.01" in text(ask("trial-balance/"))


def test_a_statement_has_opening_running_and_closing_balances_and_its_causes(booked):
    page = text(ask(f"statements/{booked.pk}/"))

    for words in (
        "₦0.00",
        "₦9,500.00 Cr",
        "₦5,500.00 Cr",
        "Escrow release",
        "Payout",
        "booking",
        "18 Nov 2026, 09:00:00",
    ):
        assert words in page
    assert "/admin/bookings/booking/" in page
    assert page.index("₦9,500.00 Cr") < page.rindex("₦5,500.00 Cr")
    only = text(ask(f"statements/{booked.pk}/", kind="PAYOUT"))
    assert "₦4,000.00" in only
    assert "Escrow release</a>" not in only
    assert "Nothing moved." in text(ask(f"statements/{booked.pk}/", since="2020-01-01", until="2020-02-01"))
    assert ask(f"statements/{new_id()}/").status_code == 404


def test_long_lists_go_on_from_where_the_page_before_has_ended(booked, now, monkeypatch):
    monkeypatch.setattr(books_pages, "PAGE", 2)
    for n in range(1, 4):
        fund(100 * n, now)
    escrow = Account.objects.get(address=addresses.escrow("NGN"))

    first = ask(f"statements/{escrow.pk}/")
    more = first.context["more"]
    second = text(ask(f"statements/{escrow.pk}/?{more}"))

    assert "Later entries" in text(first)
    assert "₦2,500.00 Cr" in second
    assert "More accounts" not in text(ask("accounts/AVAILABLE/NGN/"))
    for n in range(3):
        operations.credit_wallet(
            customer_id=new_id(), currency="NGN", amount_minor=5, source=addresses.promotions("NGN"),
            idempotency_key=str(n), at=now,
        )  # fmt: skip
    listed = ask("accounts/WALLET/NGN/")
    assert "More accounts" in text(listed)
    assert text(ask(f"accounts/WALLET/NGN/?{listed.context['more']}")).count("₦0.05 Cr") == 1


def test_spreadsheets(booked):
    trial = b"".join(ask("trial-balance/", format="csv")).decode()
    lines = b"".join(ask(f"statements/{booked.pk}/", format="csv")).decode().splitlines()

    assert "NGN,,TOTAL,,5,12500.00,12500.00" in trial
    assert len(lines) == 5


def test_charts_have_bars_and_the_same_figures_as_tables(booked):
    page = ask("charts/")
    escrow, revenue, payouts = page.context["charts"]

    assert [words for _, words in escrow.rows[-4:]] == ["₦10,000.00", "₦10,000.00", "₦0.00", "₦2,500.00"]
    assert (escrow.summary, "in all ₦500.00" in revenue.summary) == ("Last ₦2,500.00, highest ₦10,000.00", True)
    assert [words for _, words in revenue.rows[-2:]] == ["₦500.00", "₦0.00"]
    assert payouts.rows[-1][1] == "₦4,000.00"
    assert text(page).count("<rect") == 90
    assert '<script src="http' not in text(page)
    assert len(ask("charts/", days="365", currency="USD").context["charts"][0].bars) == 365


def test_a_chart_reaches_from_its_lowest_to_its_highest_value():
    days = [date(2026, 11, 18) + n * DAY for n in range(4)]
    chart = chart_of("Revenue", "", "NGN", list(zip(days, [300_000_000, -100_000_000, 0, 1], strict=True)))

    assert (chart.top, chart.bottom, chart.zero) == ("₦3m", "−₦1m", HEIGHT * 0.75)
    assert [(bar.y, bar.height) for bar in chart.bars] == [(0, 135), (135, 45), (135, 0), (135, 1)]
    assert chart_of("Nothing", "", "NGN", []).summary == "Last ₦0.00, highest ₦0.00, in all ₦0.00"
    assert [chart_of("x", "", "NGN", [(days[0], amount)]).top for amount in (99_900, 150_000, 3 * 10**11)] == [
        "₦999",
        "₦1.5k",
        "₦3bn",
    ]


@pytest.mark.parametrize(
    "path", ["trial-balance/", "charts/", "accounts/WALLET/NGN/", "statements/01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11/"]
)
def test_others_see_none_of_it(path):
    owner = UserFactory(ceo=True)
    owner.is_staff = True
    owner.save()

    assert ask(path, owner).status_code == 403
    assert BackOfficeBrowser().get(BOOKS + path).status_code == 302
