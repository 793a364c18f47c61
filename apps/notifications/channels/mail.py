"""E-mail, through whichever backend the settings name."""

import smtplib
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from botocore.exceptions import BotoCoreError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from apps.notifications import calendar_files, documents, rendering, unsubscribing
from apps.notifications.channels.base import Receipt, Sender
from apps.notifications.errors import ChannelDown, DeliveryRefused
from apps.notifications.letters import Words
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.states import Channel
from apps.notifications.wording import language_of

_PERMANENT_FROM = 500  # SMTP: 4xx is for now, 5xx for good
# What an HTTP API answers about this one message, rather than about itself or about us.
_REFUSED_STATUSES = {400, 404, 406, 409, 413, 422}


class MailSender(Sender):
    channel = Channel.EMAIL

    def __init__(self) -> None:
        self._connection: Any = get_connection()

    @property
    def is_idempotent(self) -> bool:
        return bool(getattr(self._connection, "is_idempotent", False))

    def addresses(self, notification: Notification) -> list[str]:
        own = notification.user.email if notification.user is not None else ""
        return [address] if (address := notification.to_email or own) else []

    def send(self, delivery: DeliveryLog, words: Words, *, at: datetime) -> Receipt:
        to = self.addresses(delivery.notification)[0]
        message = compose(delivery, words, to=to, at=at)
        message.connection = self._connection
        try:
            message.send()
        except Exception as error:
            self.close()
            raise _judged(error) from error
        status = getattr(message, "anymail_status", None)
        provider_id = getattr(status, "message_id", None) or message.extra_headers["Message-ID"]
        return Receipt(provider_id=str(provider_id), address=to)

    def close(self) -> None:
        try:
            self._connection.close()
        except Exception:  # noqa: BLE001  # what is broken already need not close well
            return


def compose(delivery: DeliveryLog, words: Words, *, to: str, at: datetime) -> EmailMultiAlternatives:
    """The mail of a delivery: text and HTML, the same Message-ID at every attempt, and its files."""
    notification = delivery.notification
    unsubscribe_url = unsubscribing.link_for(notification)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{delivery.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if unsubscribe_url:
        headers |= {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    framed = {"unsubscribe_url": unsubscribe_url, "language": language_of(notification)}
    message = EmailMultiAlternatives(
        subject=words.subject,
        body=rendering.framed_text(words, **framed),
        to=[to],
        headers=headers,
    )
    message.attach_alternative(rendering.framed_html(words, **framed), "text/html")
    for described in notification.attachments:
        if "document" in described:
            paper = documents.content_of(described["document"], described["key"], language=framed["language"])
            message.attach(described["file_name"], paper, "application/pdf")
            continue
        method = calendar_files.method_of(described)
        content = calendar_files.as_ics(described, to=to, at=at)
        message.attach(described["file_name"], content, f"text/calendar; method={method}")
    message.tags = [notification.notification_type]
    message.metadata = {"delivery": str(delivery.pk)}
    return message


def _judged(error: Exception) -> Exception:
    """The provider's failure in our terms: never, not now for anybody, or (as it is) not now for this one."""
    words = f"{type(error).__name__}: {error}"[:500]
    if _is_final(error):
        return DeliveryRefused(words)
    return ChannelDown(words) if _is_provider_down(error) else error


def _is_final(error: Exception) -> bool:
    match error:
        case AnymailInvalidAddress() | AnymailRecipientsRefused():
            return True
        case smtplib.SMTPRecipientsRefused():
            return min((code for code, _ in error.recipients.values()), default=0) >= _PERMANENT_FROM
        case smtplib.SMTPDataError() | smtplib.SMTPSenderRefused():
            return error.smtp_code >= _PERMANENT_FROM
        case AnymailAPIError():
            return error.status_code in _REFUSED_STATUSES
        case _:
            return False


def _is_provider_down(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPException):
        ours = smtplib.SMTPAuthenticationError | smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError
        return isinstance(error, ours)
    return isinstance(error, AnymailAPIError | OSError | requests.RequestException | BotoCoreError)
