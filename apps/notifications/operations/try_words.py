"""Ops see what a person would get."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.errors import Unavailable
from apps.notifications import rendering, values
from apps.notifications.channels.mail import compose
from apps.notifications.kinds import COMMON, get
from apps.notifications.letters import Words
from apps.notifications.models import DeliveryLog, Notification, Template
from apps.notifications.states import Channel
from apps.notifications.wording import words_of


def example_words(template: Template, *, time_zone: str = "UTC") -> Words:
    """The template's words with its kind's own examples in them."""
    kind = get(template.kind)
    shown = values.shown(kind, values.examples(kind), time_zone=time_zone)
    return rendering.render(words_of(template), {**shown, "recipient_name": COMMON["recipient_name"].example})


def send_test(*, template: Template, by: Any, at: datetime) -> None:
    """The words, with examples in them, are on their way to the person who asks. Raises: Unavailable."""
    with transaction.atomic():
        audit.record("notifications.test_sent", target=template, by=by, at=at)
    notification = Notification(user=by, notification_type=template.kind)
    delivery = DeliveryLog(notification=notification, channel=Channel.EMAIL)
    message = compose(delivery, example_words(template, time_zone=by.time_zone), to=by.email, at=at)
    message.subject = f"[Test] {message.subject}"
    try:
        message.send()
    except Exception as error:
        raise Unavailable(f"The mail provider did not take it: {error}") from error
