"""The ways out. Each is made once per batch, sends one delivery at a time, and says whether repeating is harmless."""

from apps.notifications.channels.base import Receipt, Sender
from apps.notifications.channels.mail import MailSender
from apps.notifications.channels.push import PushSender
from apps.notifications.channels.text_messages import TextMessageSender
from apps.notifications.states import Channel

_SENDERS: dict[str, type[Sender]] = {
    Channel.EMAIL: MailSender,
    Channel.PUSH: PushSender,
    Channel.SMS: TextMessageSender,
}


def made_for(channel: str) -> Sender:
    """A fresh sender for one batch."""
    return _SENDERS[channel]()


__all__ = ["Receipt", "Sender", "made_for"]
