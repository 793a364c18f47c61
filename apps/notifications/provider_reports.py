"""What the mail provider reports about a message, as its web hook delivers it through Anymail."""

from typing import Any

from anymail import urls as anymail_urls
from anymail.signals import EventType
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from apps.core import clock
from apps.notifications import operations
from apps.notifications.states import SuppressionReason

_RETURNED = {
    EventType.BOUNCED: SuppressionReason.BOUNCE,
    EventType.COMPLAINED: SuppressionReason.COMPLAINT,
}


@csrf_exempt  # the provider proves itself by the web hook's secret
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """A report of the provider that the settings name; without a secret, reports from anybody are refused."""
    if not provider or provider != settings.MAIL_REPORTS_FROM or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    name = f"{provider}_tracking_webhook"
    view = next((each.callback for each in anymail_urls.urlpatterns if each.name == name), None)
    if view is None:
        raise Http404
    answer: HttpResponse = view(request)
    return answer


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
