"""When an account is erased, its ways to pay are forgotten; the payments stay."""

from datetime import datetime
from uuid import UUID

from apps.payments.models import Payment, SavedMethod


def forget_payer(*, user_id: UUID, at: datetime) -> None:
    """No token, card or client of the person is left; called within a transaction."""
    methods = SavedMethod.all_objects.filter(owner_id=user_id)
    methods.filter(is_deleted=False).update(is_deleted=True, is_default=False, deleted_at=at)
    methods.update(token="", customer_gateway_id="", brand="", last4="", expiry_month=None, expiry_year=None)
    Payment.objects.filter(payer_id=user_id).exclude(metadata={}).update(metadata={}, updated_at=at)
