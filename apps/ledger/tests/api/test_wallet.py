import csv
from datetime import timedelta
from io import StringIO

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import BusinessFactory, MembershipFactory, StaffMemberFactory
from apps.core.ids import new_id
from apps.ledger import addresses, operations, ports
from apps.ledger.operations import Leg
from apps.ledger.states import TransferKind

pytestmark = pytest.mark.django_db

BALANCE, TRANSACTIONS = "/api/v1/wallet/balance/", "/api/v1/wallet/transactions/"


def money(amount, currency="NGN"):
    return {"amount": amount, "currency": currency}


def balance(client, **query):
    answer = client.get(BALANCE, query)
    assert answer.status_code == 200
    return answer.json()["data"]


def give(user, at, amount_minor=500, currency="NGN", account=addresses.wallet):
    legs = [
        Leg(address=addresses.suspense(currency), amount_minor=-amount_minor),
        Leg(address=account(user.pk, currency), amount_minor=amount_minor),
    ]
    return operations.post_transfer(kind=TransferKind.WALLET_CREDIT, legs=legs, idempotency_key=str(new_id()), at=at)


def tip(user, at, amount_minor=70):
    return operations.post_tip(
        tip_id=new_id(), gateway="paystack", currency="NGN", amount_minor=amount_minor, performer_id=user.pk,
        idempotency_key=str(new_id()), at=at,
    )  # fmt: skip


@pytest.fixture
def traded(cleared, fund, now):
    """A business of which 95.00 was released and 19.00 is pending."""
    business = BusinessFactory()
    cleared(10_000, business_id=business.pk)
    operations.release_due_holds(at=now + timedelta(days=1), limit=10)
    fund(2_000, business_id=business.pk)
    return business


def test_a_customer_sees_wallet_and_all_credits_that_can_be_spent(api, now, monkeypatch):
    customer = UserFactory()
    monkeypatch.setattr(ports, "_spendable_credits", lambda user_id: {"NGN": 300} if user_id == customer.pk else {})
    give(customer, now)
    give(UserFactory(), now, 999)

    assert balance(api(customer)) == {
        "currency": "NGN",
        "wallet": money("5.00"),
        "credits": money("3.00"),
        "other_currencies": [],
    }


def test_one_with_nothing_sees_nothing_in_naira(api):
    assert balance(api(UserFactory())) == {
        "currency": "NGN",
        "wallet": money("0.00"),
        "credits": money("0.00"),
        "other_currencies": [],
    }


def test_currencies_never_add_up(api, now):
    customer = UserFactory()
    give(customer, now, 500)
    give(customer, now, 90_000, "USD")
    dollars = {"currency": "USD", "wallet": money("900.00", "USD"), "credits": money("0.00", "USD")}
    naira = {"currency": "NGN", "wallet": money("5.00"), "credits": money("0.00")}

    assert balance(api(customer)) == {**dollars, "other_currencies": [naira]}
    assert balance(api(customer), currency="NGN") == {**naira, "other_currencies": [dollars]}
    assert api(customer).get(BALANCE, {"currency": "XXX"}).status_code == 400


def test_staff_see_tips_only(api, now):
    staff = StaffMemberFactory()
    tip(staff.user, now)

    assert balance(api(staff.user)) == {
        "currency": "NGN",
        "tips_only": money("0.70"),
        "tips": money("0.70"),
        "other_currencies": [],
    }


def test_an_owner_sees_revenue_escrow_and_what_can_be_paid_out(api, traded):
    assert balance(api(traded.owner)) == {
        "currency": "NGN",
        "total_revenue": money("95.00"),
        "pending_escrow": money("19.00"),
        "available_payout": money("95.00"),
        "other_currencies": [],
    }


def test_an_owner_who_performs_sees_their_tips_too(api, traded, now):
    StaffMemberFactory(business=traded, user=traded.owner)

    assert balance(api(traded.owner))["tips"] == money("0.00")


def test_an_employee_sees_pending_escrow_only(api, traded):
    employee = MembershipFactory(business=traded).user

    assert balance(api(employee)) == {"currency": "NGN", "pending_escrow": money("19.00"), "other_currencies": []}


def test_another_owner_sees_nothing_of_it(api, traded):
    stranger = BusinessFactory().owner

    assert balance(api(stranger))["total_revenue"] == money("0.00")
    assert api(stranger).get(TRANSACTIONS).json()["data"]["results"] == []


def test_wallets_are_for_the_signed_in(api):
    assert api().get(BALANCE).status_code == 401
    assert api().get(TRANSACTIONS).status_code == 401


def test_statement_lines_newest_first_with_their_cause(api, now):
    customer = UserFactory()
    give(customer, now, 500)
    moved = give(customer, now + timedelta(hours=1), 200)
    give(UserFactory(), now)

    data = api(customer).get(TRANSACTIONS).json()["data"]

    assert data["count"] is None
    assert [line["amount"] for line in data["results"]] == [money("2.00"), money("5.00")]
    first = data["results"][0]
    assert (first["kind"], first["account"], first["business"]) == ("WALLET_CREDIT", "WALLET", None)
    assert (first["label"], first["transfer_id"]) == ("Wallet credit", str(moved.transfer_id))


def test_an_owner_sees_the_lines_of_the_business_and_an_employee_does_not(api, traded):
    employee = MembershipFactory(business=traded).user

    (line,) = api(traded.owner).get(TRANSACTIONS).json()["data"]["results"]

    assert (line["business"], line["amount"], line["kind"]) == (str(traded.pk), money("95.00"), "ESCROW_RELEASE")
    assert api(employee).get(TRANSACTIONS).json()["data"]["results"] == []


def test_statement_lines_page_by_cursor(api, now):
    customer = UserFactory()
    for n in range(5):
        give(customer, now + timedelta(seconds=n), n + 1)
    client = api(customer)

    first = client.get(TRANSACTIONS, {"page_size": 3}).json()["data"]
    second = client.get(first["next"]).json()["data"]

    amounts = [line["amount"]["amount"] for page in (first, second) for line in page["results"]]
    assert amounts == ["0.05", "0.04", "0.03", "0.02", "0.01"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ({"kind": "TIP"}, ["0.70"]),
        ({"account": "WALLET"}, ["1.00", "-0.70", "5.00"]),
        ({"currency": "USD"}, ["1.00"]),
        ({"direction": "out"}, ["-0.70"]),
        ({"direction": "in", "currency": "NGN"}, ["0.70", "5.00"]),
        ({"from": "2026-11-19"}, ["1.00", "0.70", "-0.70"]),
        ({"to": "2026-11-18"}, ["5.00"]),
        ({"from": "2026-11-19", "to": "2026-11-19"}, ["0.70", "-0.70"]),
        ({"business": str(new_id())}, []),
    ],
)
def test_statement_lines_are_filtered(api, now, query, amounts):
    customer = UserFactory()
    give(customer, now)
    operations.post_tip(
        tip_id=new_id(), gateway="", currency="NGN", amount_minor=70, performer_id=customer.pk, idempotency_key="t",
        at=now + timedelta(days=1), from_wallet_of=customer.pk,
    )  # fmt: skip
    give(customer, now + timedelta(days=2), 100, "USD")

    lines = api(customer).get(TRANSACTIONS, query).json()["data"]["results"]

    found = [line["amount"]["amount"] for line in lines if query != {"kind": "TIP"} or line["account"] == "TIPS"]
    assert sorted(found) == sorted(amounts)


@pytest.mark.parametrize(
    "query", [{"kind": "NONE"}, {"from": "yesterday"}, {"business": "x"}, {"direction": "up"}, {"currency": "naira"}]
)
def test_wrong_filters_are_named(api, query):
    answer = api(UserFactory()).get(TRANSACTIONS, query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


@pytest.mark.parametrize("cursor", ["x", "%00", "cD0xOTAw"])
def test_a_wrong_cursor_is_no_bug(api, cursor):
    assert api(UserFactory()).get(TRANSACTIONS, {"cursor": cursor}).status_code in {200, 400, 404}


def test_statement_lines_as_a_spreadsheet(api, now):
    customer = UserFactory()
    give(customer, now, 500)
    give(customer, now + timedelta(hours=1), 200, "USD")

    answer = api(customer).get(TRANSACTIONS, {"format": "csv", "currency": "NGN"})
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["amount"], row["currency"], row["kind"]) for row in rows] == [("5.00", "NGN", "WALLET_CREDIT")]


def test_a_refusal_to_one_who_asked_for_a_spreadsheet_says_why(api):
    answer = api(UserFactory()).get(TRANSACTIONS, {"format": "csv", "kind": "NONE"})

    told = answer.json()
    assert (answer.status_code, told["message"], list(told["errors"])) == (
        400,
        "Some of what you sent cannot be used.",
        ["kind"],
    )


def test_lists_and_balances_cost_the_same_for_2_and_100_lines(api, now, count_queries):
    counts = []
    for size in (2, 98):
        customer = UserFactory()
        for n in range(size):
            give(customer, now, n + 1)
        client = api(customer)
        with count_queries() as lines:
            client.get(TRANSACTIONS, {"page_size": 100})
        with count_queries() as amounts:
            client.get(BALANCE)
        counts.append((len(lines), len(amounts)))

    assert counts[0] == counts[1]
    assert counts[0][0] <= 3
