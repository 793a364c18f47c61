"""What the mail provider reports about a message, as its web hook delivers it through Anymail."""

from typing import Any

from anymail.signals import EventType

from apps.core import clock
from apps.notifications import operations
from apps.notifications.states import SuppressionReason

_RETURNED = {
    EventType.BOUNCED: SuppressionReason.BOUNCE,
    EventType.COMPLAINED: SuppressionReason.COMPLAINT,
}


def hear_report(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Openings are noted; a bounce or a complaint ends mail to the address. The rest is of no consequence."""
    provider_id = str(event.message_id or "")
    if event.event_type in _RETURNED:
        operations.record_returned(
            provider_id=provider_id,
            address=event.recipient or "",
            reason=_RETURNED[event.event_type],
            detail=str(event.description or event.reject_reason or ""),
            at=clock.now(),
        )
    elif event.event_type == EventType.OPENED and provider_id:
        operations.record_opened(provider_id=provider_id, at=clock.now())
