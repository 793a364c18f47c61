"""Why something about statements is refused."""

from apps.core.errors import NotFound


class NoSuchStatement(NotFound):
    code = "statement_not_found"
    default_message = "There is no such statement."


class NoSuchCommissionInvoice(NotFound):
    code = "commission_invoice_not_found"
    default_message = "There is no such commission invoice."
