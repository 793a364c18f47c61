"""What the edges and other apps may ask of invoices."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.states import OPS_ROLES
from apps.catalog import queries as catalog
from apps.core.conf import setting
from apps.invoices.errors import NoSuchInvoice
from apps.invoices.models import Invoice, TaxDetails
from apps.invoices.models.invoice import InvoiceQuerySet


def visible_to(user: Any) -> InvoiceQuerySet:
    """One's own, those of businesses whose desk one runs; the marketplace's people see all."""
    invoices: InvoiceQuerySet = Invoice.objects.all()
    if user.role in OPS_ROLES:
        return invoices
    return invoices.filter(Q(customer_id=user.pk) | Q(business_id__in=catalog.desk_business_ids(user)))


def find_visible(user: Any, invoice_id: UUID) -> Invoice:
    """The invoice, when the person may see it. Raises: NoSuchInvoice."""
    found: Invoice | None = visible_to(user).select_related("corrects", "payment").filter(pk=invoice_id).first()
    if found is None:
        raise NoSuchInvoice
    return found


def vat_rate_of(country: str, details: TaxDetails | None) -> int:
    """The rate of the business's invoices in basis points: its own, its country's, or 0 where it is not registered."""
    if details is None or not details.is_registered:
        return 0
    own = details.vat_rate_bp
    return int(setting("VAT_RATES_BP").get(country, 0)) if own is None else int(own)
