"""Invoices and credit notes of plans: by e-mail, for download, in the series of whoever sold."""

from io import BytesIO

import pytest
from django.core import mail
from pypdf import PdfReader

from apps.catalog.tests.factories import MembershipFactory, UserFactory
from apps.core import clock
from apps.invoices import operations as invoices
from apps.invoices.models import Invoice
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.notifications.operations import send_due
from apps.payments import operations as payments
from apps.payments.operations import PayWith
from apps.subscriptions import operations
from apps.subscriptions.models import Bill
from apps.subscriptions.states import PayFrom
from apps.subscriptions.tests.paid import (
    PREMIUM,
    PRO,
    by_card,
    checkout,
    due,
    fresh,
    from_available,
    joined,
    member_by_card,
    renew,
)
from apps.subscriptions.tests.test_followers import has_wallet
from apps.subscriptions.tests.test_refunds import given_back, proposed

pytestmark = pytest.mark.django_db
URL = "/api/v1/invoices/"


def text_of(content):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def letters(kind):
    return Notification.objects.filter(notification_type=kind)


def attached(subject):
    """The papers of the one letter whose subject has these words."""
    while send_due(at=clock.now()):
        pass
    (letter,) = [each for each in mail.outbox if subject in each.subject]
    return letter.attachments


@pytest.fixture
def sells_with_tax(settings):
    settings.GUILD = {
        **settings.GUILD,
        "PLATFORM_VAT_COUNTRIES": ["NG"],
        "PLATFORM_SELLER": {"name": "The Guild Ltd", "address": "1 Marina, Lagos", "tin": "99887766-0001"},
    }


@pytest.mark.usefixtures("sells_with_tax")
def test_a_plan_paid_by_card_is_invoiced_by_the_platform_with_the_receipt(world, api, drain_outbox):
    invoices.set_tax_details(business_id=world.business.pk, by=world.owner, at=clock.now(), tin="12345678-0001")
    by_card(world)
    drain_outbox()

    invoice = Invoice.objects.get()
    assert (invoice.reference, invoice.business, invoice.buyer_business) == ("PLAN-000001", None, world.business)
    assert (invoice.gross_minor, invoice.vat_minor, invoice.vat_rate_bp) == (PRO, 104_651, 750)
    assert invoice.buyer["tin"] == "12345678-0001"
    receipt, paper = attached("We have received")
    assert paper[0] == "invoice-PLAN-000001.pdf"
    for words in ("The Guild Ltd", "TIN 99887766-0001", world.business.name, "TIN 12345678-0001", "₦15,000.00", "Pro"):
        assert words in text_of(paper[1])
    assert "holds the money" not in text_of(receipt[1])  # the platform has it: nothing is to be done for it
    assert api(world.owner).get(f"{URL}{invoice.pk}/pdf/").content == paper[1]
    assert api(UserFactory()).get(f"{URL}{invoice.pk}/pdf/").status_code == 404


def test_every_month_and_larger_plan_out_of_available_has_the_next_number(world, api, drain_outbox):
    subscription = from_available(world, amount_minor=PRO + PREMIUM + PREMIUM)
    drain_outbox()
    operations.change_plan(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=clock.now())
    drain_outbox()
    renew(subscription.period_ends_at)
    drain_outbox(subscription.period_ends_at)

    rows = list(Invoice.objects.order_by("number"))
    assert [(row.reference, row.gross_minor) for row in rows] == [
        ("PLAN-000001", PRO), ("PLAN-000002", PREMIUM - PRO), ("PLAN-000003", PREMIUM),
    ]  # fmt: skip
    assert [row.transfer_id for row in rows] == list(Bill.objects.order_by("id").values_list("transfer_id", flat=True))
    assert [told.user for told in letters("charge_invoice")] == [world.owner] * 3
    ((name, content, _),) = attached("Invoice PLAN-000002")
    assert name == "PLAN-000002.pdf"
    assert "out of what the business can withdraw" in text_of(content)
    shown = api(world.owner).get(URL, {"business": str(world.business.pk)}).json()["data"]["results"]
    assert [each["reference"] for each in shown] == ["PLAN-000003", "PLAN-000002", "PLAN-000001"]
    assert (shown[0]["business"], shown[0]["payment"]) == (None, None)
    assert shown[0]["buyer_business"] == str(world.business.pk)


def test_who_works_at_the_desk_does_not_see_what_the_business_pays(world, api, drain_outbox):
    from_available(world)
    drain_outbox()
    clerk = MembershipFactory(business=world.business, kind="EMPLOYEE").user

    assert api(clerk).get(URL).json()["data"]["results"] == []
    assert api(world.owner).get(URL).json()["data"]["count"] == 1


def test_a_follower_has_the_practitioners_businesss_own_invoice(world, api, drain_outbox):
    membership = member_by_card(world)
    drain_outbox()

    invoice = Invoice.objects.get()
    assert (invoice.business, invoice.buyer_business, invoice.customer) == (world.business, None, membership.payer)
    assert invoice.reference.startswith("INV-")
    receipt, paper = attached("We have received")
    assert paper[0] == f"invoice-{invoice.reference}.pdf"
    assert "holds the money" in text_of(receipt[1])
    assert "Inner circle" in text_of(api(membership.payer).get(f"{URL}{invoice.pk}/pdf/").content)


def test_the_wallet_of_a_follower_has_an_invoice_for_each_month(world, drain_outbox):
    follower = UserFactory()
    has_wallet(follower, 2 * 250_000)
    membership = joined(world, member=follower, pay_from=PayFrom.WALLET)
    checkout(due(membership), follower, pay_with=PayWith(wallet=True, credits=False))
    drain_outbox()
    renew(fresh(membership).period_ends_at)
    drain_outbox(fresh(membership).period_ends_at)

    rows = list(Invoice.objects.order_by("number"))
    assert [(row.business, row.customer, row.gross_minor, row.number) for row in rows] == [
        (world.business, follower, 250_000, 1), (world.business, follower, 250_000, 2),
    ]  # fmt: skip
    assert letters("payment_received").count() == 2


@pytest.mark.usefixtures("sells_with_tax")
def test_what_goes_back_to_available_is_a_credit_note_with_its_share_of_the_tax(world, api, drain_outbox):
    subscription = from_available(world)
    bill = subscription.bills.get()
    given_back(world, bill, 500_001)  # before the invoice has been issued
    drain_outbox()
    given_back(world, bill)
    drain_outbox()

    invoice, first, second = Invoice.objects.order_by("issued_at", "pk")
    assert [row.reference for row in (invoice, first, second)] == ["PLAN-000001", "PLANCN-000001", "PLANCN-000002"]
    assert [first.gross_minor, second.gross_minor] == [500_001, PRO - 500_001]
    assert first.vat_minor + second.vat_minor == invoice.vat_minor
    assert {first.corrects, second.corrects} == {invoice}
    assert [told.user for told in letters("credit_note")] == [world.owner] * 2
    ((name, content, _),) = attached("Credit note PLANCN-000001")
    assert name == "PLANCN-000001.pdf"
    for words in ("Corrects invoice PLAN-000001", "Began by mistake", "₦5,000.01", "in what the business can withdraw"):
        assert words in text_of(content)
    french = api(world.owner, **{"accept-language": "fr"}).get(f"{URL}{first.pk}/pdf/").content
    assert "Avoir PLANCN-000001" in text_of(french)
    assert "retirer" in text_of(french)
    assert_ledger_sound()


def test_what_goes_back_to_a_card_is_a_credit_note_of_whoever_sold(world, drain_outbox):
    paid = [by_card(world), member_by_card(world)]
    drain_outbox()
    for subscription in paid:
        payment = subscription.bills.get().payment_id
        payments.request_refund(payment_id=payment, amount_minor=100_000, reason="Half a day", at=clock.now())
    drain_outbox()

    notes = Invoice.objects.filter(kind="CREDIT_NOTE").order_by("pk")
    assert sorted((str(note.business), note.reference.split("-")[0], note.gross_minor) for note in notes) == sorted(
        [("None", "PLANCN", 100_000), (world.business.name, "CN", 100_000)]
    )
    assert {note.corrects.payment_id for note in notes} == {each.bills.get().payment_id for each in paid}
    assert {told.user for told in letters("credit_note")} == {world.owner, paid[1].payer}


def test_papers_are_issued_once_however_often_they_are_asked_for(world, drain_outbox):
    bill = from_available(world).bills.get()
    refund = given_back(world, bill, 1_000)
    drain_outbox()
    before = list(Invoice.objects.order_by("pk").values_list("reference", flat=True))

    operations.issue_bill_invoice(bill_id=bill.pk, at=clock.now())
    operations.issue_refund_note(refund_id=refund.pk, at=clock.now())

    assert list(Invoice.objects.order_by("pk").values_list("reference", flat=True)) == before
    assert (letters("charge_invoice").count(), letters("credit_note").count()) == (1, 1)


def test_what_a_payment_paid_or_is_only_proposed_has_no_such_paper(world, drain_outbox):
    operations.issue_bill_invoice(bill_id=by_card(world).bills.get().pk, at=clock.now())
    assert not Invoice.objects.exists()
    drain_outbox()
    operations.end_now(subscription_id=Bill.objects.get().subscription_id, reason="x", by=world.ops, at=clock.now())
    refund = proposed(world, from_available(world).bills.get())

    operations.issue_refund_note(refund_id=refund.pk, at=clock.now())

    assert not Invoice.objects.filter(kind="CREDIT_NOTE").exists()
