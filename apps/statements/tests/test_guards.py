"""What the database keeps about statements; each test fails when its guard is dropped."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.ids import new_id
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once
from apps.payments import payables
from apps.payments.tests.conftest import Desk, Trade
from apps.payouts.tests.payees import shop
from apps.statements import operations
from apps.statements.models import CommissionInvoice, CommissionSeries, Statement
from apps.statements.tests.months import NOVEMBER, OCTOBER, Month, account_of, told
from apps.statements.tests.test_statements import FIRST_OF_DECEMBER, FIRST_OF_NOVEMBER, NOV, OCT


@pytest.fixture
def statement(month, business):
    month.sale(OCTOBER)
    (made,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)
    return made


def copied(row, **wrong):
    """A row like it, but for what is wrong."""
    values = {field.attname: getattr(row, field.attname) for field in type(row)._meta.concrete_fields}
    return type(row).objects.create(**values | {"id": new_id()} | wrong)


def refused(words):
    return pytest.raises(DatabaseError, match=words)


@pytest.mark.parametrize("model", [Statement, CommissionInvoice])
def test_neither_ever_changes(statement, model):
    with refused("Cannot update or delete"), transaction.atomic():
        model.objects.update(currency="USD")
    with refused("Cannot update or delete"), transaction.atomic():
        model.objects.filter(pk=model.objects.get().pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"month": NOV, "opening_minor": 474_999, "closing_minor": 949_999}, "opens with another balance"),
        ({"month": NOV, "opening_minor": 475_000, "closing_minor": 949_999}, "not what is between its balances"),
        ({"month": NOV, "opening_minor": 475_000, "closing_minor": 950_000, "closing_owed_minor": -1}, "not what is between"),
        ({"month": date(2026, 9, 1)}, "a later one has been issued"),
        ({"month": OCT}, "statement_once_a_month"),
        ({"month": date(2026, 11, 2), "opening_minor": 475_000, "closing_minor": 950_000}, "statement_begins_a_month"),
    ],
)  # fmt: skip
def test_a_statement_goes_on_where_the_last_one_ended_and_adds_up(statement, wrong, words):
    with refused(words), transaction.atomic():
        copied(statement, reference="ST-X", **wrong)


def test_a_statement_is_one_owners_of_what_is_over(statement, ada):
    following = {"month": NOV, "opening_minor": 475_000, "closing_minor": 950_000, "reference": "ST-X"}
    with refused("statement_of_one_owner"), transaction.atomic():
        copied(statement, **{**following, "opening_minor": 0, "closing_minor": 475_000}, user_id=ada.pk)
    with refused("statement_of_what_is_over"), transaction.atomic():
        copied(statement, **following, issued_at=statement.ends_at - timedelta(seconds=1))
    with refused("statement_owes_below_zero"), transaction.atomic():
        copied(statement, reference="ST-Y", month=OCT, currency="USD", opening_owed_minor=5, closing_owed_minor=5)
    assert copied(statement, **following).month == NOV


def test_numbers_go_up_one_by_one_and_only_with_a_paper(statement):
    for last in (0, 2, 3):
        with refused("one by one"), transaction.atomic():
            CommissionSeries.objects.update(last=last)
    with refused("begins at nothing"), transaction.atomic():
        CommissionSeries.objects.create(kind="CREDIT_NOTE", code="X", last=7)
    with refused("Cannot delete"), transaction.atomic():
        CommissionSeries.objects.all().delete()
    with refused("Cannot update"), transaction.atomic():
        CommissionSeries.objects.update(code="OTHER")


def test_one_invoice_a_statement_of_its_own_kind_with_a_tax_that_is_part_of_it(statement, month, business):
    invoice = CommissionInvoice.objects.get()
    with refused("statement_id"), transaction.atomic():
        copied(invoice)
    month.sale(NOVEMBER)
    following = copied(statement, reference="ST-X", month=NOV, opening_minor=475_000, closing_minor=950_000)
    for wrong, words in (
        ({"kind": "CREDIT_NOTE"}, "not for this kind"),
        ({"gross_minor": 0}, "commission_amount_positive|commission_tax_is_part"),
        ({"vat_minor": 25_000}, "commission_tax_is_part_of_it"),
    ):
        with refused(words), transaction.atomic():
            copied(invoice, statement_id=following.pk, **wrong)
    assert copied(invoice, statement_id=following.pk).series_id == invoice.series_id
    assert CommissionSeries.objects.get().last == 2


@pytest.mark.django_db(transaction=True)
def test_four_workers_tell_the_same_month_once(settings):
    business, before = shop(), dict(payables._payables)
    made = Trade()
    payables.connect({"BOOKING": made.quote})
    try:
        Month(Desk(made), business, UserFactory(), UserFactory(ops=True), UserFactory(admin=True)).sale(OCTOBER)
    finally:
        payables.connect(before)
    account = account_of(business.pk)

    def tell():
        with clock.frozen(FIRST_OF_DECEMBER):
            return len(operations.issue_statements(account_id=account.pk, until=NOV, at=FIRST_OF_DECEMBER))

    assert sorted(at_once(*[tell] * 4)) == [0, 0, 0, 1]
    assert (Statement.objects.count(), Statement.objects.get().opening_minor) == (1, 475_000)
    assert_ledger_sound()
