from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from apps.core.money import money_words
from apps.invoices.models import Invoice
from apps.invoices.papers.layout import Sheet, as_pdf
from apps.invoices.papers.words import paper_words
from apps.invoices.states import InvoiceKind


def invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice or credit note as a PDF, in the language in hand."""
    words = paper_words()
    is_note = invoice.kind == InvoiceKind.CREDIT_NOTE
    corrected = invoice.corrects.reference if invoice.corrects else ""
    seller, buyer = invoice.seller, invoice.buyer
    place = invoice.business or invoice.buyer_business
    issued = invoice.issued_at.astimezone(ZoneInfo(place.time_zone))
    return as_pdf(
        Sheet(
            title=f"{words.credit_note if is_note else words.invoice} {invoice.reference}",
            facts=[
                (words.number, invoice.reference),
                (words.issued, format_date(issued, words.dates)),
                (words.payment, invoice.payment.reference if invoice.payment else ""),
                ("", words.corrects.format(reference=corrected) if corrected else ""),
                (words.reason, invoice.reason),
            ],
            sides=[
                (
                    words.seller,
                    [
                        seller["name"], seller["address"], seller["phone"],
                        words.tin.format(tin=seller["tin"]) if seller["tin"] else "",
                    ],
                ),
                (
                    words.buyer,
                    [
                        buyer["name"], buyer.get("address", ""), buyer["email"],
                        words.tin.format(tin=buyer["tin"]) if buyer.get("tin") else "",
                    ],
                ),
            ],
            lines=[(line["description"], money_words(line["gross_minor"], invoice.currency)) for line in invoice.lines],
            sums=[
                *_tax(invoice),
                (words.credited if is_note else words.total, money_words(invoice.gross_minor, invoice.currency)),
            ],
            notes=[
                *([] if invoice.vat_rate_bp else [words.no_vat]),
                *([words.to_available if is_note else words.from_available] if invoice.transfer_id else []),
            ],
        )
    )  # fmt: skip


def _tax(invoice: Invoice) -> list[tuple[str, str]]:
    if not invoice.vat_rate_bp:
        return []
    words = paper_words()
    rate = f"{invoice.vat_rate_bp / 100:g}"
    return [
        (words.net, money_words(invoice.net_minor, invoice.currency)),
        (words.vat.format(rate=rate), money_words(invoice.vat_minor, invoice.currency)),
    ]
