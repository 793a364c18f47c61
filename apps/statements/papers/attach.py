"""Papers as letters carry them: described in the letter's row, made when it is sent."""

from apps.statements.models import CommissionInvoice, Statement
from apps.statements.papers.commission import commission_pdf
from apps.statements.papers.statement import statement_pdf


def attach_statement(key: str) -> bytes:
    """The PDF of the statement."""
    return statement_pdf(Statement.objects.get(pk=key))


def attach_commission(key: str) -> bytes:
    """The PDF of the invoice or credit note."""
    return commission_pdf(CommissionInvoice.objects.select_related("statement").get(pk=key))
