from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.states import ACTING_OPS_ROLES
from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Business
from apps.core import audit
from apps.core.errors import Invalid
from apps.invoices.models import TaxDetails

HIGHEST_BP = 5_000


@transaction.atomic
def set_tax_details(
    *,
    business_id: UUID,
    by: Any,
    at: datetime,
    legal_name: str = "",
    legal_address: str = "",
    tin: str = "",
    is_registered: bool = False,
    vat_rate_bp: int | None = None,
) -> TaxDetails:
    """Invoices from now on carry these; those that were issued stay as they are.

    The owner's alone, or an operator's. Raises: BusinessNotFound, Invalid.
    """
    business: Business | None = Business.objects.locked().filter(pk=business_id).first()
    if business is None or not (business.owner_id == by.pk or by.role in ACTING_OPS_ROLES):
        raise BusinessNotFound
    if is_registered and not tin:
        raise Invalid(errors={"tin": ["A business that is registered has a number."]})
    if vat_rate_bp is not None and vat_rate_bp > HIGHEST_BP:
        raise Invalid(errors={"vat_rate_bp": ["At most 5000 basis points."]})
    wanted = {
        "legal_name": legal_name,
        "legal_address": legal_address,
        "tin": tin,
        "is_registered": is_registered,
        "vat_rate_bp": vat_rate_bp,
    }
    details, _ = TaxDetails.objects.update_or_create(
        business=business, defaults={**wanted, "updated_at": at}, create_defaults={**wanted, "created_at": at}
    )
    audit.record("invoices.tax_details_set", target=business, by=by, at=at, after=wanted)
    return details
