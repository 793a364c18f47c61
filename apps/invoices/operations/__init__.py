"""What can be done about invoices. All are keyword-only, and harmless to repeat.

issue_invoices(payment_id, at) -> list[Invoice]             one for each business that the payment pays
issue_credit_note(refund_id, at) -> Invoice | None          for what has gone back
set_tax_details(business_id, by, at, …) -> TaxDetails
"""

from .issue import issue_credit_note, issue_invoices
from .tax import set_tax_details

__all__ = ["issue_credit_note", "issue_invoices", "set_tax_details"]
