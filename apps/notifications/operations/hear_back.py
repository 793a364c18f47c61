"""What the mail provider tells us afterwards: opened, bounced, complained of."""

from datetime import datetime

from django.db import transaction

from apps.core.ids import new_id
from apps.notifications.models import DeliveryLog, SuppressedAddress
from apps.notifications.states import Channel, SuppressionReason


@transaction.atomic
def record_opened(*, provider_id: str, at: datetime) -> None:
    """The mail has been opened; the first time counts."""
    DeliveryLog.objects.filter(provider_id=provider_id, opened_at__isnull=True).update(opened_at=at)


@transaction.atomic
def record_returned(
    *, provider_id: str, address: str, reason: SuppressionReason, detail: str = "", at: datetime
) -> None:
    """The mail came back, or its reader complained: nothing more is sent to the address."""
    if provider_id:
        returned = DeliveryLog.objects.filter(provider_id=provider_id, bounced_at__isnull=True)
        returned.update(bounced_at=at, last_error=(detail or reason.label)[:2000])
    suppress_address(channel=Channel.EMAIL, address=address, reason=reason, detail=detail, at=at)


@transaction.atomic
def suppress_address(
    *, channel: Channel, address: str, reason: SuppressionReason, detail: str = "", at: datetime
) -> None:
    """Nothing more is sent to the address on the channel."""
    if address:
        row = SuppressedAddress(
            id=new_id(),
            channel=channel,
            address=address.strip().lower()[:254],
            reason=reason,
            detail=detail[:2000],
            created_at=at,
            updated_at=at,
        )
        SuppressedAddress.objects.bulk_create([row], ignore_conflicts=True)
