"""What the database keeps about invoices; each test fails when its guard is dropped."""

import pytest
from django.db import DatabaseError, transaction

from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, make_world, pay
from apps.catalog.tests.factories import BusinessFactory
from apps.core.ids import new_id
from apps.invoices import operations
from apps.invoices.models import Invoice, NumberSeries, TaxDetails
from apps.payments import operations as payments
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay


def copied(invoice, **wrong):
    """A row like it, but for what is wrong."""
    values = {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields}
    return Invoice.objects.create(**values | {"id": new_id()} | wrong)


@pytest.fixture
def invoice(world):
    pay(world.book())
    [made] = operations.issue_invoices(payment_id=Payment.objects.get().pk, at=NOW)
    return made


@pytest.fixture
def another_payment(world, invoice):
    pay(world.book(start=START + 3 * HOUR))
    return Payment.objects.exclude(pk=invoice.payment_id).get()


def refused(words):
    return pytest.raises(DatabaseError, match=words)


def test_an_invoice_never_changes(invoice):
    with refused("Cannot update or delete"), transaction.atomic():
        Invoice.objects.update(gross_minor=1)
    with refused("Cannot update or delete"), transaction.atomic():
        Invoice.objects.all().delete()


def test_one_invoice_a_payment_and_business(invoice):
    with refused("invoice_once_per_payment"), transaction.atomic():
        copied(invoice)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"gross_minor": 0}, "invoice_amount_positive|invoice_tax_is_part"),
        ({"vat_minor": 500_000}, "invoice_tax_is_part_of_it"),
        ({"vat_minor": -1}, "invoice_tax_is_part_of_it"),
        ({"kind": "CREDIT_NOTE"}, "not for this business and kind"),
    ],
)
def test_what_an_invoice_says_fits(invoice, another_payment, wrong, words):
    with refused(words), transaction.atomic():
        copied(invoice, payment_id=another_payment.pk, **wrong)


def test_an_invoice_is_not_numbered_by_another_business_series(invoice, another_payment):
    with refused("not for this business"), transaction.atomic():
        copied(invoice, payment_id=another_payment.pk, business_id=BusinessFactory().pk)


def test_numbers_go_up_one_by_one_and_only_with_an_invoice(invoice):
    for last in (0, 2, 3):
        with refused("one by one"), transaction.atomic():
            NumberSeries.objects.update(last=last)
    with refused("begins at nothing"), transaction.atomic():
        NumberSeries.objects.create(business=invoice.business, kind="CREDIT_NOTE", code="CN-X", last=7)
    with refused("Cannot delete"), transaction.atomic():
        NumberSeries.objects.all().delete()
    with refused("Cannot update"), transaction.atomic():
        NumberSeries.objects.update(code="INV-OTHER")
    with refused("series_one_of_each_kind"), transaction.atomic():
        NumberSeries.objects.create(business=invoice.business, kind="INVOICE", code="INV-X")


def test_a_number_that_was_claimed_is_overruled(invoice, another_payment):
    made = copied(invoice, payment_id=another_payment.pk, number=99, reference="INV-MINE")
    made.refresh_from_db()

    assert (made.number, made.reference) == (2, f"{invoice.series.code}-000002")


def test_what_is_rolled_back_leaves_no_gap(world, invoice, another_payment):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        operations.issue_invoices(payment_id=another_payment.pk, at=NOW)
        raise ZeroDivisionError

    [made] = operations.issue_invoices(payment_id=another_payment.pk, at=NOW)

    assert made.number == 2


def note(invoice, refund_id, **wrong):
    series, _ = NumberSeries.objects.get_or_create(
        business=invoice.business, kind="CREDIT_NOTE", defaults={"code": "CN-TEST"}
    )
    terms = {"kind": "CREDIT_NOTE", "series_id": series.pk, "corrects_id": invoice.pk, "refund_id": refund_id}
    return copied(invoice, **terms | wrong)


@pytest.mark.parametrize("wrong", [{"gross_minor": 500_001}, {"vat_minor": 1}, {"currency": "USD"}])
def test_a_credit_note_is_within_its_invoice(world, invoice, drain_outbox, wrong):
    refund = refund_of(invoice, drain_outbox)

    with refused("no more than is left"), transaction.atomic():
        note(invoice, refund.pk, **{"gross_minor": 1_000} | wrong)


def test_credit_notes_together_are_within_their_invoice(world, invoice, drain_outbox):
    first = refund_of(invoice, drain_outbox, issue=True)
    assert Invoice.objects.filter(refund=first).exists()
    second = refund_of(invoice, drain_outbox)

    with refused("no more than is left"), transaction.atomic():
        note(invoice, second.pk, gross_minor=500_000)
    with refused("invoice_note_corrects_one"), transaction.atomic():
        note(invoice, None, gross_minor=1)


def refund_of(invoice, drain_outbox, *, issue=False):
    [made] = payments.request_refund(payment_id=invoice.payment_id, item=item_of(invoice), amount_minor=1_000, reason="Kind.", at=NOW)  # fmt: skip
    payments.carry_out_refund(refund_id=made.pk, at=NOW)
    if issue:
        operations.issue_credit_note(refund_id=made.pk, at=NOW)
    return made


def item_of(invoice):
    share = invoice.payment.allocations.get()
    return ItemToPay(item_type=share.item_type, item_id=share.item_id)


def test_who_is_registered_has_a_number(world):
    with refused("tax_registered_has_its_number"), transaction.atomic():
        TaxDetails.objects.create(business=world.business, is_registered=True)
    with refused("tax_rate_is_no_slip"), transaction.atomic():
        TaxDetails.objects.create(business=world.business, vat_rate_bp=7_500)


# --- The platform's own --------------------------------------------------------------------------------------------
@pytest.fixture
def charged(world):
    """What the platform has charged the business out of what it can withdraw."""
    return operations.issue_charge_invoice(
        transfer_id=new_id(), business_id=world.business.pk, customer_id=world.owner.pk, currency="NGN",
        amount_minor=1_000, description="Plan Pro", at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"buyer_business_id": None}, "invoice_of_a_business_or_the_platform"),
        ({"transfer_id": None}, "invoice_paid_in_one_way"),
        ({}, "transfer_id"),
    ],
)
def test_an_invoice_of_the_platform_has_a_buyer_and_one_way_of_paying(charged, wrong, words):
    with refused(words), transaction.atomic():
        copied(charged, **wrong)


def test_an_invoice_is_paid_by_a_payment_or_a_transfer_and_sold_by_one(world, invoice, another_payment):
    with refused("invoice_paid_in_one_way"), transaction.atomic():
        copied(invoice, payment_id=another_payment.pk, transfer_id=new_id())
    with refused("invoice_paid_in_one_way"), transaction.atomic():
        copied(invoice, payment_id=None, transfer_id=new_id())
    with refused("invoice_of_a_business_or_the_platform"), transaction.atomic():
        copied(invoice, payment_id=another_payment.pk, buyer_business_id=world.business.pk)


def test_the_platform_has_one_series_of_each_kind_and_charges_a_payment_once(charged, another_payment):
    with refused("series_one_of_each_kind"), transaction.atomic():
        NumberSeries.objects.create(business=None, kind="INVOICE", code="PLAN-X")
    copied(charged, payment_id=another_payment.pk, transfer_id=None)
    with refused("invoice_once_per_payment"), transaction.atomic():
        copied(charged, payment_id=another_payment.pk, transfer_id=None)


def test_a_credit_note_of_the_platform_is_within_its_invoice_and_to_the_same_business(charged):
    first = operations.issue_charge_note(
        charge_transfer_id=charged.transfer_id, transfer_id=new_id(), amount_minor=600, reason="Kind.", at=NOW
    )
    for wrong in ({}, {"gross_minor": 1, "buyer_business_id": BusinessFactory().pk}):
        with refused("no more than is left"), transaction.atomic():
            copied(first, **{"transfer_id": new_id(), "gross_minor": 401} | wrong)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_invoices_issued_at_once_have_numbers_without_a_gap():
    world = make_world()
    for number in range(24):
        pay(world.book(start=START + 2 * number * HOUR))
    paid = list(Payment.objects.values_list("pk", flat=True))

    for first in range(0, 24, 6):
        at_once(
            *(lambda key=key: operations.issue_invoices(payment_id=key, at=NOW) for key in paid[first : first + 6] * 2)
        )

    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, 25))
