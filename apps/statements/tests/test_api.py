"""Statements and commission invoices over HTTP: to owners alone, as data and as papers."""

import pytest

from apps.core import clock
from apps.payouts.tests.payees import performer, shop
from apps.statements.models import CommissionInvoice
from apps.statements.tests.months import NOVEMBER, OCTOBER, told
from apps.statements.tests.test_statements import FIRST_OF_DECEMBER, FIRST_OF_NOVEMBER, NOV, OCT, text_of

URL = "/api/v1/practitioner/statements/"
INVOICES = "/api/v1/practitioner/commission-invoices/"


@pytest.fixture
def statement(month, business):
    month.sale(OCTOBER)
    (made,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)
    return made


def naira(words):
    return {"amount": words, "currency": "NGN"}


def test_an_owner_reads_a_month_line_by_line(api, business, statement):
    answer = api(business.owner).get(f"{URL}{statement.pk}/")

    data = answer.json()["data"]
    assert (answer.status_code, data["reference"], data["month"]) == (200, statement.reference, "2026-10-01")
    assert (data["opening"], data["closing"], data["closing_owed"]) == (naira("0.00"), naira("4750.00"), naira("0.00"))
    (line,) = data["lines"]
    assert (line["kind"], line["gross"], line["commission"], line["amount"], line["balance"]) == (
        "SALE", naira("5000.00"), naira("250.00"), naira("4750.00"), naira("4750.00"),
    )  # fmt: skip
    assert data["totals"] == [
        {"kind": "SALE", "count": 1, "gross": naira("5000.00"), "commission": naira("250.00"),
         "amount": naira("4750.00")}
    ]  # fmt: skip
    assert data["commission_invoice"] == str(CommissionInvoice.objects.get().pk)


def test_statements_are_listed_the_latest_first_at_the_same_few_queries(
    api, month, business, statement, django_assert_num_queries
):
    client = api(business.owner)
    with django_assert_num_queries(3):
        assert len(client.get(URL).json()["data"]["results"]) == 1
    month.sale(NOVEMBER)
    told(business.pk, NOV, FIRST_OF_DECEMBER)

    with django_assert_num_queries(3):
        rows = client.get(URL).json()["data"]["results"]

    assert [row["month"] for row in rows] == ["2026-11-01", "2026-10-01"]
    assert [row["id"] for row in client.get(f"{URL}?month=2026-10-17").json()["data"]["results"]] == [str(statement.pk)]
    assert client.get(f"{URL}?business={business.pk}&currency=USD").json()["data"]["results"] == []


def test_pdf_and_spreadsheet_are_formats_of_the_same_address(api, business, statement):
    client = api(business.owner)

    paper, table = client.get(f"{URL}{statement.pk}/?format=pdf"), client.get(f"{URL}{statement.pk}/?format=csv")

    assert (paper["Content-Type"], table["Content-Type"]) == ("application/pdf", "text/csv; charset=utf-8")
    assert "Statement October 2026" in text_of(paper.content)
    assert table.content.decode().count("\n") == 4
    french = client.get(f"{URL}{statement.pk}/?format=pdf", HTTP_ACCEPT_LANGUAGE="fr")
    assert "Relevé octobre 2026" in text_of(french.content)


def test_what_the_platform_charged_is_there_as_data_and_as_pdf(api, business, statement):
    client = api(business.owner)
    (row,) = client.get(INVOICES).json()["data"]["results"]

    one = client.get(f"{INVOICES}{row['id']}/").json()["data"]
    paper = client.get(f"{INVOICES}{row['id']}/?format=pdf")

    assert one == row
    assert (row["reference"], row["gross"], row["sales"], row["vat_rate_bp"]) == (
        "COM-000001", naira("250.00"), naira("5000.00"), 0,
    )  # fmt: skip
    assert "Invoice for commission COM-000001" in text_of(paper.content)
    assert client.get(f"{INVOICES}?month=2026-11-30").json()["data"]["results"] == []


@pytest.mark.parametrize("address", [URL, INVOICES])
def test_nobody_but_the_owner_sees_them(api, business, statement, ops, ada, address):
    row = statement.pk if address == URL else CommissionInvoice.objects.get().pk
    stranger = shop(name="Elsewhere").owner
    for person in (stranger, performer(business)):
        answer = api(person).get(f"{address}{row}/")
        assert (answer.status_code, api(person).get(address).json()["data"]["results"]) == (404, [])
    for person in (business.desk, ada, ops):
        assert api(person).get(f"{address}{row}/").status_code == 403
    assert api().get(address).status_code == 401


def test_a_performer_reads_the_statement_of_their_tips(api, month, business, desk, ada):
    who = performer(business)
    with clock.frozen(OCTOBER):
        desk.pay(ada, desk.trade.tip(ada, who, 20_000))
    (statement,) = told(who.pk, OCT, FIRST_OF_NOVEMBER, kind="TIPS")

    data = api(who).get(f"{URL}{statement.pk}/").json()["data"]

    assert (data["business"], data["commission_invoice"], data["closing"]) == (None, None, naira("200.00"))
    assert api(business.owner).get(f"{URL}{statement.pk}/").status_code == 404


def test_the_back_office_shows_them_and_changes_none(client, statement, admin):
    admin.is_staff = True
    admin.save()
    client.force_login(admin)

    for name, row in (
        ("statement", statement),
        ("commissioninvoice", CommissionInvoice.objects.get()),
        ("commissionseries", CommissionInvoice.objects.get().series),
    ):
        address = f"/admin/statements/{name}/"
        assert client.get(address).status_code == 200
        page = client.get(f"{address}{row.pk}/change/")
        assert page.status_code == 200
        assert "Haircut at Ada’s" in page.content.decode() or name != "statement"
        assert client.get(f"{address}add/").status_code == 403
