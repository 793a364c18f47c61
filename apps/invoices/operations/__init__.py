"""What can be done about invoices. All are keyword-only, and harmless to repeat.

issue_invoices(payment_id, at) -> list[Invoice]             one for each seller that the payment pays
issue_credit_note(refund_id, at) -> Invoice | None          for what has gone back
issue_charge_invoice(transfer_id, business_id, customer_id, currency, amount_minor, description, at) -> Invoice
issue_charge_note(charge_transfer_id, transfer_id, amount_minor, reason, at) -> Invoice
set_tax_details(business_id, by, at, …) -> TaxDetails
"""

from .issue import issue_credit_note, issue_invoices
from .platform import issue_charge_invoice, issue_charge_note
from .tax import set_tax_details

__all__ = ["issue_charge_invoice", "issue_charge_note", "issue_credit_note", "issue_invoices", "set_tax_details"]
