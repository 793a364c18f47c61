"""Text messages."""

from datetime import datetime

from apps.notifications import sms
from apps.notifications.channels.base import Receipt, Sender
from apps.notifications.letters import Words
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.states import Channel


class TextMessageSender(Sender):
    channel = Channel.SMS

    def __init__(self) -> None:
        self._backend = sms.backend()

    @property
    def is_idempotent(self) -> bool:
        return self._backend.is_idempotent

    def addresses(self, notification: Notification) -> list[str]:
        own = notification.user.phone if notification.user is not None else ""
        return [address] if (address := notification.to_phone or own) else []

    def send(self, delivery: DeliveryLog, words: Words, *, at: datetime) -> Receipt:
        to = self.addresses(delivery.notification)[0]
        provider_id = self._backend.send(to=to, text=words.sms, key=str(delivery.pk))
        return Receipt(provider_id=provider_id, address=to)
