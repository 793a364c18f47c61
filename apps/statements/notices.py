"""The words that statements travel with."""

from datetime import datetime

from django.conf import settings

from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import DocumentFile, Notice, notify_many
from apps.payouts.owners import Owner
from apps.payouts.queries import people_to_tell
from apps.statements.models import CommissionInvoice, Statement
from apps.statements.states import COMMISSION, STATEMENT


def tell_statement(statement: Statement, invoice: CommissionInvoice | None, owner: Owner, *, at: datetime) -> None:
    """The owner has the statement by e-mail, and what the platform charged."""
    papers = [
        DocumentFile(document=STATEMENT, key=str(statement.pk), file_name=f"statement-{statement.reference}.pdf"),
        *(
            [DocumentFile(document=COMMISSION, key=str(invoice.pk), file_name=f"invoice-{invoice.reference}.pdf")]
            if invoice
            else []
        ),
    ]
    told = {
        "owner_name": statement.holder["name"],
        "month": f"{statement.month:%m/%Y}",
        "opening": Money(statement.opening_minor, statement.currency),
        "closing": Money(statement.closing_minor, statement.currency),
        "statement_reference": statement.reference,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/statements/{statement.pk}",
    }
    notices = [
        Notice(
            kind=kinds.MONTH_STATEMENT, user=person, context=told, subject=statement, business_id=owner.business_id,
            dedupe_key=f"month_statement:{statement.pk}", attachments=papers,
        )
        for person in people_to_tell(owner)
    ]  # fmt: skip
    notify_many(notices, at=at)
