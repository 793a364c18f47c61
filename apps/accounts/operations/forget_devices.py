"""Devices that took pushed messages once, and are gone."""

from collections.abc import Collection
from uuid import UUID

from apps.accounts.models import PushDevice


def forget_devices(*, keys: Collection[UUID]) -> None:
    """Nothing is pushed to these devices any more: their provider says that they are gone."""
    if keys:
        PushDevice.objects.filter(pk__in=keys).delete()
