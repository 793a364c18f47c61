"""Events in the inbox, held against the signatures with which they came."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.payments.gateways.errors import SignatureInvalid
from apps.payments.models import WebhookEvent
from apps.payments.operations.calling import gateway_named
from apps.reconciliation.books.base import Difference
from apps.reconciliation.states import BreakKind

EVENT = "EVENT"


def tampered(gateway: str, since: datetime, until: datetime, again: Collection[UUID]) -> Iterator[Difference]:
    """Events of that time, and those looked at again, that are no longer what their gateway signed.

    A secret that was replaced must stay among those that are accepted until the events signed with it were looked at.
    """
    adapter = gateway_named(gateway)
    rows = WebhookEvent.objects.filter(
        Q(received_at__gte=since, received_at__lt=until) | Q(pk__in=again), gateway=gateway
    )
    for event in rows.order_by("received_at", "pk").iterator(chunk_size=1_000):
        try:
            adapter.parse_webhook(body=bytes(event.body), headers=event.headers, at=event.received_at)
        except SignatureInvalid:
            yield Difference(
                list_kind=EVENT,
                kind=BreakKind.TAMPERED,
                subject=f"event {event.event_id}"[:200],
                here="changed since",
                there=f"signed, about {event.subject or 'nothing of ours'}"[:120],
                gap_minor=0,
                currency="",
                account="",
                occurred_at=event.received_at,
                record_id=event.pk,
            )
