"""Taking in a web hook: signature on the raw bytes, one insert, and a worker is woken."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.core.cache import cache

from apps.core.database import call_function
from apps.core.ids import new_id
from apps.payments.errors import UnsignedWebhook
from apps.payments.gateways.errors import SignatureInvalid
from apps.payments.operations.calling import gateway_named

logger = logging.getLogger(__name__)
KEPT_HEADERS = ("content-type", "user-agent", "stripe-signature", "x-paystack-signature", "x-sandbox-signature")
_AWAKE = "payments-inbox-awake"


def receive_webhook(*, gateway: str, body: bytes, headers: Mapping[str, str], at: datetime) -> bool:
    """The event is in the inbox for ever, and was committed; answers whether it is new.

    Raises: UnknownGateway, UnsignedWebhook.
    """
    try:
        event = gateway_named(gateway).parse_webhook(body=body, headers=headers, at=at)
    except SignatureInvalid as error:
        raise UnsignedWebhook(str(error)) from error
    kept = {
        name: value[:1000] for name, value in ((key.lower(), headers[key]) for key in headers) if name in KEPT_HEADERS
    }
    ((is_new,),) = call_function(
        "payments_receive_event",
        new_id(),
        gateway,
        _storable(event.event_id, 200),
        _storable(event.event_type, 100),
        event.kind.value,
        _storable(event.charge_id or event.reference, 160),
        body,
        json.dumps(kept),
        at,
    )
    if is_new:
        wake_inbox()
    return bool(is_new)


def _storable(value: str, longest: int) -> str:
    return value.encode(errors="replace").decode().replace("\x00", "")[:longest]


def wake_inbox() -> None:
    """A worker looks at the inbox soon. A lost wake costs seconds: the sweep finds what is left."""
    if not getattr(settings, "OUTBOX_WAKE", True):
        return
    try:
        if cache.add(_AWAKE, 1, timeout=5):
            current_app.send_task("payments.process_inbox", queue="critical")
    except Exception:  # noqa: BLE001  # Redis may be lost at any moment
        logger.warning("inbox_wake_failed")


def note_inbox_awake() -> None:
    """An event that comes from now on wakes a worker again."""
    try:
        cache.delete(_AWAKE)
    except Exception:  # noqa: BLE001  # the mark ends by itself within seconds
        return
