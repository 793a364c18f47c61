"""The platform's invoice for a month's commission, or its credit note, as a PDF."""

from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from apps.core.conf import setting
from apps.core.money import money_words
from apps.invoices.papers.layout import Sheet, as_pdf
from apps.invoices.papers.words import paper_words
from apps.invoices.states import InvoiceKind
from apps.statements.models import CommissionInvoice
from apps.statements.papers.words import statement_words


def commission_pdf(invoice: CommissionInvoice) -> bytes:
    """The paper, in the language in hand; of one row always the same bytes."""
    words, papers, currency = statement_words(), paper_words(), invoice.currency
    is_note = invoice.kind == InvoiceKind.CREDIT_NOTE
    issued = invoice.issued_at.astimezone(ZoneInfo(invoice.statement.time_zone))
    month = format_date(invoice.month, "F Y")
    what = f"{words.commission_of.format(month=month)}, {words.sales_of.format(amount=money_words(invoice.sales_minor, currency))}"
    tax = [
        (papers.net, money_words(invoice.net_minor, currency)),
        (papers.vat.format(rate=f"{invoice.vat_rate_bp / 100:g}"), money_words(invoice.vat_minor, currency)),
    ]
    return as_pdf(
        Sheet(
            title=f"{words.credit_note if is_note else words.invoice} {invoice.reference}",
            facts=[
                (papers.number, invoice.reference),
                (papers.issued, format_date(issued, papers.dates)),
                (words.statement, invoice.statement.reference),
            ],
            sides=[
                (label, [side["name"] or setting("PLATFORM_NAME"), side["address"],
                         papers.tin.format(tin=side["tin"]) if side["tin"] else ""])
                for label, side in ((papers.seller, invoice.seller), (papers.buyer, invoice.buyer))
            ],
            lines=[(what, money_words(invoice.gross_minor, currency))],
            sums=[
                *(tax if invoice.vat_rate_bp else []),
                (papers.credited if is_note else papers.total, money_words(invoice.gross_minor, currency)),
            ],
            notes=[*([] if invoice.vat_rate_bp else [papers.no_vat]), *([] if is_note else [words.set_off])],
        )
    )  # fmt: skip
