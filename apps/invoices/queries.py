"""What the edges and other apps may ask of invoices."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.states import OPS_ROLES
from apps.catalog import queries as catalog
from apps.catalog.models import Business
from apps.core.conf import setting
from apps.invoices.errors import NoSuchInvoice
from apps.invoices.models import Invoice, TaxDetails
from apps.invoices.models.invoice import InvoiceQuerySet

# What an invoice's paper reads besides its row.
PRINTED = ("corrects", "payment", "business", "buyer_business")


def visible_to(user: Any) -> InvoiceQuerySet:
    """One's own, those of businesses whose desk one runs, the platform's to businesses that one owns; ops see all."""
    invoices: InvoiceQuerySet = Invoice.objects.all()
    if user.role in OPS_ROLES:
        return invoices
    desks, owned = catalog.desk_and_owned_business_ids(user)
    return invoices.filter(Q(customer_id=user.pk) | Q(business_id__in=desks) | Q(buyer_business_id__in=owned))


def find_visible(user: Any, invoice_id: UUID) -> Invoice:
    """The invoice, when the person may see it. Raises: NoSuchInvoice."""
    found: Invoice | None = visible_to(user).select_related(*PRINTED).filter(pk=invoice_id).first()
    if found is None:
        raise NoSuchInvoice
    return found


def vat_rate_of(country: str, details: TaxDetails | None) -> int:
    """The rate of the business's invoices in basis points: its own, its country's, or 0 where it is not registered."""
    if details is None or not details.is_registered:
        return 0
    own = details.vat_rate_bp
    return int(setting("VAT_RATES_BP").get(country, 0)) if own is None else int(own)


def tax_details_of(business: Business) -> TaxDetails | None:
    """What the business says of its tax, if it has said anything."""
    found: TaxDetails | None = TaxDetails.objects.filter(business=business).first()
    return found


def party_of(business: Business) -> dict[str, str]:
    """The business as seller or buyer on a paper: name, address and TIN."""
    details = tax_details_of(business)
    where = ", ".join(part for part in (business.address, business.city, business.state, business.country) if part)
    return {
        "name": (details.legal_name if details else "") or business.name,
        "address": (details.legal_address if details else "") or where,
        "tin": details.tin if details else "",
    }


def platform_seller() -> dict[str, str]:
    """The platform as seller on a paper: name, address and TIN."""
    return {**setting("PLATFORM_SELLER"), "name": setting("PLATFORM_SELLER")["name"] or setting("PLATFORM_NAME")}


def platform_vat_rate(country: str) -> int:
    """The rate of what the platform charges businesses of the country; 0 where it is not registered there."""
    return int(setting("VAT_RATES_BP").get(country, 0)) if country in setting("PLATFORM_VAT_COUNTRIES") else 0
