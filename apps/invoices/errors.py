"""Why something about invoices is refused."""

from apps.core.errors import Conflict, NotFound


class NoSuchInvoice(NotFound):
    code = "invoice_not_found"
    default_message = "There is no such invoice."


class NothingReceived(Conflict):
    code = "nothing_received"
    default_message = "There is a receipt once the payment has arrived."
