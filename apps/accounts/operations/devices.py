"""Devices that take pushed messages."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.accounts.errors import TooMany
from apps.accounts.models import PushDevice, User
from apps.accounts.states import DeviceKind
from apps.core.encryption import digest
from apps.core.errors import Invalid, NotFound

MOST = 20


@transaction.atomic
def register_device(
    *,
    user: User,
    kind: str,
    address: str,
    at: datetime,
    name: str = "",
    web_push_key: str = "",
    web_push_secret: str = "",
) -> PushDevice:
    """The device takes this person's messages from now on, and nobody else's. Registering again is harmless.

    Raises: Invalid for a web-push endpoint of a host that no browser uses; TooMany.
    """
    if kind == DeviceKind.WEB_PUSH:
        _check_endpoint(address)
    User.objects.locked().get(pk=user.pk)
    key = digest(f"push-device:{address}")
    others = PushDevice.objects.filter(user=user).exclude(address_digest=key)
    if others.count() >= MOST:
        raise TooMany(f"You can register {MOST} devices.")
    device, _ = PushDevice.objects.update_or_create(
        address_digest=key,
        defaults={
            "user": user,
            "kind": kind,
            "name": name,
            "address": address,
            "web_push_key": web_push_key,
            "web_push_secret": web_push_secret,
            "last_seen_at": at,
        },
    )
    return device


@transaction.atomic
def remove_device(*, user: User, device_id: UUID) -> None:
    """Nothing is pushed to the device any more. Raises: NotFound."""
    removed, _ = PushDevice.objects.filter(user=user, pk=device_id).delete()
    if not removed:
        raise NotFound


@transaction.atomic
def forget_device(*, device_id: UUID) -> None:
    """A device that its maker no longer knows is forgotten; repeating is harmless."""
    PushDevice.objects.filter(pk=device_id).delete()


def _check_endpoint(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    known = any(host == each or (each.startswith(".") and host.endswith(each)) for each in settings.WEB_PUSH_HOSTS)
    if not known or parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        raise Invalid(errors={"endpoint": ["This is not the endpoint of a browser's push service."]})
