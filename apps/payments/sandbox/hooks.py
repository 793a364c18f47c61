"""The sandbox's voice: web hooks that are stored, signed and sent over real HTTP to the same address as all others."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import requests
from django.conf import settings
from django.db.models import F

from apps.core import clock
from apps.core.ids import new_id
from apps.core.outbox import after_commit
from apps.payments.gateways.signatures import timestamped_signature
from apps.payments.models import SandboxHook

PATH = "/api/v1/payments/webhooks/sandbox/"
TIMEOUT_S = 10
ACCEPTED = 200


class NotAccepted(Exception):
    """The web hook was not answered with 200; it will be sent again."""


def announce(
    event_type: str,
    data: dict[str, Any],
    *,
    at: datetime,
    delay: timedelta = timedelta(0),
    copies: int = 1,
    is_badly_signed: bool = False,
) -> SandboxHook:
    """The event will be delivered ``copies`` times after ``delay``. Must run in a transaction."""
    event_id = f"sbx_{new_id().hex}"
    payload = {"id": event_id, "type": event_type, "created": int(at.timestamp()), "data": data}
    hook: SandboxHook = SandboxHook.objects.create(
        event_id=event_id, event_type=event_type, payload=payload, is_badly_signed=is_badly_signed
    )
    for _ in range(copies):
        after_commit("apps.payments.tasks.deliver_sandbox_hook", due_at=at + delay, hook_id=str(hook.pk))
    return hook


def signed(hook: SandboxHook, *, at: datetime) -> tuple[bytes, dict[str, str]]:
    """The body and headers of one delivery."""
    body = json.dumps(hook.payload).encode()
    secret = "not-" + settings.SANDBOX_GATEWAY_SECRET if hook.is_badly_signed else settings.SANDBOX_GATEWAY_SECRET
    headers = {
        "Content-Type": "application/json",
        "X-Sandbox-Signature": timestamped_signature(body, secret, at=at),
    }
    return body, headers


def deliver(hook_id: UUID | str) -> int:
    """The web hook was delivered once; answers the status. Raises: NotAccepted, so that it is sent again."""
    hook = SandboxHook.objects.get(pk=hook_id)
    body, headers = signed(hook, at=clock.now())
    try:
        status = requests.post(
            settings.PUBLIC_BASE_URL + PATH, data=body, headers=headers, timeout=TIMEOUT_S
        ).status_code
    except requests.RequestException as error:
        raise NotAccepted(str(error)) from error
    SandboxHook.objects.filter(pk=hook.pk).update(deliveries=F("deliveries") + 1, last_status=status)
    if status != ACCEPTED and not hook.is_badly_signed:
        raise NotAccepted(f"answered {status}")
    return status
