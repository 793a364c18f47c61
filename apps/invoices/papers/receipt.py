from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from apps.core.money import money_words
from apps.invoices.papers.layout import Sheet, as_pdf
from apps.invoices.papers.words import paper_words
from apps.payments.models import Payment
from apps.payments.states import Destination


def receipt_pdf(payment: Payment) -> bytes:
    """What the platform received, for what, and what has gone back since; in the language in hand, by the payer's clock."""
    words, currency = paper_words(), payment.currency
    paid_at = (payment.paid_at or payment.created_at).astimezone(ZoneInfo(payment.payer.time_zone))
    back = payment.refunded_minor
    shares = list(payment.allocations.order_by("pk"))
    return as_pdf(
        Sheet(
            title=f"{words.receipt} {payment.reference}",
            facts=[
                (words.number, payment.reference),
                (words.issued, format_date(paid_at, f"{words.dates}, H:i (T)")),
                (words.paid_with, payment.paid_with or payment.get_method_display()),
            ],
            sides=[(words.payer, [payment.payer.name, payment.payer.email or ""])],
            lines=[
                (share.description or share.get_kind_display(), money_words(share.amount_minor, currency))
                for share in shares
            ],
            sums=[
                *([(words.returned, money_words(-back, currency))] if back else []),
                (words.paid, money_words(payment.amount_minor, currency)),
            ],
            notes=[words.held] if any(share.destination == Destination.ESCROW for share in shares) else [],
        )
    )
