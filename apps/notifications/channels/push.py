"""Pushed messages, to every device of a person at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from apps.accounts.models import PushDevice
from apps.accounts.operations.devices import forget_device
from apps.notifications import push
from apps.notifications.channels.base import Receipt, Sender
from apps.notifications.errors import DeliveryRefused
from apps.notifications.letters import Words
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.states import Channel


class PushSender(Sender):
    """A repeat replaces the first message on the device, since both carry the delivery's key."""

    channel = Channel.PUSH

    def __init__(self) -> None:
        self._backend = push.backend()
        self._devices: dict[Any, list[PushDevice]] = defaultdict(list)

    @property
    def is_idempotent(self) -> bool:
        return True

    def prepare(self, notifications: Collection[Notification]) -> None:
        people = {each.user_id for each in notifications if each.user_id is not None}
        for device in PushDevice.objects.filter(user_id__in=people).order_by("pk") if people else ():
            if self._backend.reaches(device):
                self._devices[device.user_id].append(device)

    def addresses(self, notification: Notification) -> list[str]:
        return [str(device.pk) for device in self._devices[notification.user_id]]

    def send(self, delivery: DeliveryLog, words: Words, *, at: datetime) -> Receipt:
        notification = delivery.notification
        devices = self._devices[notification.user_id]
        outcome = self._backend.send(devices, _message(delivery, words))
        for device_id in outcome.gone:
            forget_device(device_id=device_id)
        if not outcome.sent:
            raise DeliveryRefused("None of the person's devices is there any more.")
        reached = [device.get_kind_display() for device in devices if device.pk in outcome.sent]
        return Receipt(provider_id=next(iter(outcome.sent.values())), address=", ".join(reached))


def _message(delivery: DeliveryLog, words: Words) -> push.PushMessage:
    notification = delivery.notification
    return push.PushMessage(
        key=str(delivery.pk),
        title=words.title,
        body=words.push,
        data={
            "notification_id": str(notification.pk),
            "notification_type": notification.notification_type,
            "subject_type": notification.subject_type,
            "subject_id": notification.subject_id,
            "subject_reference": notification.subject_reference,
            "priority": notification.priority,
        },
    )
