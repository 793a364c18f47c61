"""Invoices, credit notes and receipts: by e-mail, over HTTP, and as PDF."""

from io import BytesIO

import pytest
from django.core import mail
from pypdf import PdfReader

from apps.bookings import operations as bookings
from apps.bookings.tests.world import HOUR, NOW, START, let_through, open_payment, pay
from apps.catalog.tests.factories import MembershipFactory, UserFactory
from apps.core import clock
from apps.core.money import Money
from apps.invoices import operations
from apps.invoices.models import Invoice
from apps.notifications.models import Notification
from apps.notifications.operations import send_due
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund
from apps.payments.operations import ItemToPay

URL = "/api/v1/invoices/"


def text_of(content):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def registered(world, **more):
    return operations.set_tax_details(
        business_id=world.business.pk, by=world.owner, at=NOW, tin="12345678-0001", is_registered=True, **more
    )


@pytest.fixture
def paid(world, drain_outbox):
    """A booking of ₦5,000, paid, with all that was ordered done."""

    def made(**more):
        booking = pay(world.book(**more))
        drain_outbox()
        return booking

    return made


def test_whoever_pays_has_receipt_and_invoice_by_e_mail(world, paid):
    booking = paid()
    send_due(at=clock.now())

    told = Notification.objects.get(notification_type="payment_received")
    assert (told.user, [each["document"] for each in told.attachments]) == (world.customer, ["receipt", "invoice"])
    [letter] = [each for each in mail.outbox if "received" in each.subject]
    assert letter.to == [world.customer.email]
    receipt, invoice = letter.attachments
    assert (receipt[2], invoice[2]) == ("application/pdf", "application/pdf")
    assert invoice[0] == f"invoice-{Invoice.objects.get().reference}.pdf"
    assert "₦5,000.00" in text_of(invoice[1])
    assert Payment.objects.get().reference in text_of(receipt[1])
    assert [each.channel for each in told.deliveries.all()] == ["EMAIL"]
    assert booking.status == "CONFIRMED"


def test_the_invoice_says_who_charged_whom_for_what(world, api, paid):
    paid()

    [shown] = api(world.customer).get(URL).json()["data"]["results"]
    one = api(world.customer).get(f"{URL}{shown['id']}/").json()["data"]

    assert one == shown
    assert (one["kind"], one["corrects"], one["reason"]) == ("INVOICE", None, "")
    assert (one["gross"]["amount"], one["vat"]["amount"], one["vat_rate_bp"]) == ("5000.00", "0.00", 0)
    assert one["seller"]["name"] == world.business.name
    assert one["buyer"] == {"name": world.customer.name, "email": world.customer.email}
    assert [line["gross"]["amount"] for line in one["lines"]] == ["5000.00"]
    assert one["reference"].endswith("-000001")


def test_where_the_business_is_registered_its_invoices_carry_tax(world, api, paid):
    paid()
    registered(world, legal_name="Ọlá & Sons Ltd")
    paid(start=START + 3 * HOUR)

    before, after = Invoice.objects.order_by("number")
    assert (before.vat_minor, before.seller["tin"]) == (0, "")
    assert (after.vat_minor, after.net_minor, after.vat_rate_bp) == (34_884, 465_116, 750)
    answer = api(world.customer).get(f"{URL}{after.pk}/pdf/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    printed = text_of(answer.content)
    for words in ("Ọlá & Sons Ltd", "TIN 12345678-0001", "VAT 7.5 %", "₦348.84", "₦4,651.16", "₦5,000.00"):
        assert words in printed
    assert answer.content == api(world.customer).get(f"{URL}{after.pk}/pdf/").content


def test_the_paper_speaks_the_readers_language(world, api, paid):
    paid()
    invoice = Invoice.objects.get()

    printed = text_of(api(world.customer, **{"accept-language": "fr"}).get(f"{URL}{invoice.pk}/pdf/").content)

    assert f"Facture {invoice.reference}" in printed
    assert "Le vendeur n'est pas assujetti" in printed


def test_what_goes_back_is_a_credit_note_with_its_share_of_the_tax(world, api, paid, drain_outbox):
    registered(world)
    booking = paid()
    payment = Payment.objects.get()
    item = ItemToPay(item_type="BOOKING", item_id=booking.pk)
    payments.request_refund(payment_id=payment.pk, item=item, amount_minor=100_001, reason="A part.", at=NOW)
    drain_outbox()
    bookings.cancel_booking(booking_id=booking.pk, by=world.desk, at=NOW, reason="The studio is closed.")
    drain_outbox()

    invoice = Invoice.objects.get(kind="INVOICE")
    notes = list(invoice.credit_notes.order_by("number"))
    assert [note.gross_minor for note in notes] == [100_001, 399_999]
    assert sum(note.vat_minor for note in notes) == invoice.vat_minor
    assert [note.number for note in notes] == [1, 2]
    assert notes[0].series.code != invoice.series.code
    printed = text_of(api(world.desk).get(f"{URL}{notes[0].pk}/pdf/").content)
    assert f"Corrects invoice {invoice.reference}" in printed
    assert "A part." in printed
    kinds = [each["kind"] for each in api(world.owner).get(URL, {"payment": str(payment.pk)}).json()["data"]["results"]]
    assert sorted(kinds) == ["CREDIT_NOTE", "CREDIT_NOTE", "INVOICE"]


def test_everything_ordered_twice_is_issued_once(world, paid, drain_outbox):
    booking = paid()
    payment = Payment.objects.get()
    bookings.cancel_booking(booking_id=booking.pk, by=world.desk, at=NOW)
    drain_outbox()
    refund = Refund.objects.get()

    again = operations.issue_invoices(payment_id=payment.pk, at=NOW)
    note = operations.issue_credit_note(refund_id=refund.pk, at=NOW)

    assert [each.pk for each in again] == [Invoice.objects.get(kind="INVOICE").pk]
    assert note.pk == Invoice.objects.get(kind="CREDIT_NOTE").pk
    assert Notification.objects.filter(notification_type="payment_received").count() == 1


def test_a_refund_that_was_faster_than_its_invoice_has_both(world):
    booking = pay(world.book())
    payment = Payment.objects.get()
    item = ItemToPay(item_type="BOOKING", item_id=booking.pk)
    [refund] = payments.request_refund(payment_id=payment.pk, item=item, amount_minor=1_000, reason="Kind.", at=NOW)
    payments.carry_out_refund(refund_id=refund.pk, at=NOW)

    operations.issue_credit_note(refund_id=refund.pk, at=NOW)

    assert sorted(Invoice.objects.values_list("kind", "gross_minor")) == [("CREDIT_NOTE", 1_000), ("INVOICE", 500_000)]


def test_a_payment_that_did_not_arrive_has_no_papers(world, api):
    payment = open_payment(world.book())

    assert operations.issue_invoices(payment_id=payment.pk, at=NOW) == []
    answer = api(world.customer).get(f"/api/v1/payments/{payment.pk}/receipt/")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_received")
    assert not Invoice.objects.exists()


def test_a_tip_is_on_the_receipt_and_on_no_invoice(world, api, drain_outbox):
    booking = world.completed()
    tip = bookings.offer_tip(booking_id=booking.pk, amount=Money(20_000, "NGN"), by=world.customer, at=NOW)
    item = ItemToPay(item_type="TIP", item_id=tip.pk)
    payment = payments.initialize_payment(items=[item], payer=world.customer, at=NOW)
    let_through(payment)
    drain_outbox()

    assert not Invoice.objects.filter(payment=payment).exists()
    printed = text_of(api(world.customer).get(f"/api/v1/payments/{payment.pk}/receipt/").content)
    assert "₦200.00" in printed
    assert payment.reference in printed


def test_papers_are_for_the_two_sides_and_ops(world, api, paid):
    paid()
    invoice, payment = Invoice.objects.get(), Payment.objects.get()
    stranger = MembershipFactory(user=UserFactory(role="EMPLOYEE")).user

    for who, status in ((world.customer, 200), (world.desk, 200), (world.owner, 200), (world.ops, 200)):
        assert api(who).get(f"{URL}{invoice.pk}/pdf/").status_code == status
    for who in (stranger, UserFactory(), world.performer):
        for page in (f"{URL}{invoice.pk}/", f"{URL}{invoice.pk}/pdf/", f"/api/v1/payments/{payment.pk}/receipt/"):
            assert api(who).get(page).status_code == 404
        assert api(who).get(URL).json()["data"]["results"] == []
    assert api().get(f"{URL}{invoice.pk}/pdf/").status_code == 401
    refused = api(stranger, accept="application/pdf").get(f"{URL}{invoice.pk}/pdf/")
    assert refused.json()["code"] == "invoice_not_found"


def test_the_list_takes_as_many_queries_for_one_as_for_many(world, api, paid, count_queries):
    paid()
    with count_queries() as one:
        api(world.customer).get(URL)
    for number in range(1, 4):
        paid(start=START + 3 * number * HOUR)
    with count_queries() as many:
        assert len(api(world.customer).get(URL).json()["data"]["results"]) == 4
    assert len(many) == len(one) <= 3


# --- Tax ------------------------------------------------------------------------------------------------------------
def test_an_owner_says_how_the_business_stands_with_the_tax_office(world, api):
    page = f"/api/v1/businesses/{world.business.pk}/tax/"
    owner = api(world.owner)
    assert owner.get(page).json()["data"]["applied_rate_bp"] == 0

    answer = owner.put(page, {"tin": "12345678-0001", "is_registered": True})

    assert (answer.status_code, answer.json()["data"]["applied_rate_bp"]) == (200, 750)
    assert (
        owner.put(page, {"tin": "12345678-0001", "is_registered": True, "vat_rate_bp": 0}).json()["data"][
            "applied_rate_bp"
        ]
        == 0
    )
    assert api(world.desk).get(page).json()["data"]["tin"] == "12345678-0001"
    for wrong in ({"is_registered": True}, {"vat_rate_bp": 5_001}, {"vat_rate_bp": -1}, {"tin": "x" * 41}):
        assert owner.put(page, wrong).status_code == 400, wrong
    for who in (world.desk, world.performer, world.customer, UserFactory()):
        assert api(who).put(page, {"tin": "9"}).status_code == 404
    assert world.business.tax_details.history.count() == 2
