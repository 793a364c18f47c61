"""What became of a delivery. Every record holds only for the attempt that made it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.core.conf import timer
from apps.core.ids import new_id
from apps.notifications import kinds, values
from apps.notifications.channels.base import Receipt
from apps.notifications.errors import MissingValue
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.notices import Notice
from apps.notifications.operations.notify import notify_many
from apps.notifications.states import Category, Channel, DeliveryState

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
CHANNEL_PAUSE = timedelta(seconds=30)


@transaction.atomic
def sent(row: DeliveryLog, receipt: Receipt, *, at: datetime) -> None:
    """The provider has it; the notification says so, and its secrets are forgotten."""
    mine = DeliveryLog.objects.filter(
        pk=row.pk, attempts=row.attempts, state__in=[DeliveryState.SENDING, DeliveryState.DEAD]
    )
    changed = mine.update(
        state=DeliveryState.SENT,
        sent_at=at,
        provider_id=receipt.provider_id[:254],
        address=receipt.address[:254],
        last_error="",
    )
    if not changed:
        return
    if row.channel == Channel.EMAIL:
        Notification.objects.filter(pk=row.notification_id).update(sent_to_email=True, email_sent_at=at)
    _forget_secrets(row)


def failed(row: DeliveryLog, error: Exception, *, at: datetime) -> None:
    """It will be tried again, each time a little later; after a day of that it is given up."""
    if row.attempts > 1 and at >= row.created_at + timer("MAIL_RETRY_FOR"):
        dead(row, error, at=at)
        return
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 12), LONGEST_PAUSE)
    _move(row, DeliveryState.FAILED, last_error=_words(error), next_attempt_at=at + pause)


def channel_down(channel: str, rest_of_batch: Iterable[DeliveryLog], *, at: datetime) -> None:
    """Nothing else is tried on the channel for a while; what waits keeps its place and its attempts."""
    until = at + CHANNEL_PAUSE
    for row in rest_of_batch:
        if row.channel == channel:
            _move(row, DeliveryState.PENDING, next_attempt_at=until, attempts=row.attempts - 1)
    waiting = DeliveryLog.objects.filter(
        channel=channel, state__in=[DeliveryState.PENDING, DeliveryState.FAILED], next_attempt_at__lt=until
    )
    waiting.update(next_attempt_at=until)


@transaction.atomic
def dead(row: DeliveryLog, error: Exception, *, at: datetime) -> None:
    """It will not be tried again by itself, and ops hear of it."""
    if _move(row, DeliveryState.DEAD, last_error=_words(error)):
        _alert_ops([row], _words(error), at=at)


def lost(rows: Sequence[DeliveryLog], *, at: datetime) -> None:
    """Nobody knows whether these were handed over: rather than send them twice, ops decide."""
    if not rows:
        return
    words = "The sender died while handing it over; the provider may or may not have it."
    keys = [row.pk for row in rows]
    DeliveryLog.objects.filter(pk__in=keys).update(state=DeliveryState.DEAD, last_error=words)
    _alert_ops(DeliveryLog.objects.filter(pk__in=keys).select_related("notification"), words, at=at)


def suppressed(row: DeliveryLog, reason: str, *, at: datetime) -> None:
    """It is not sent, on purpose."""
    _move(row, DeliveryState.SUPPRESSED, last_error=reason)


@transaction.atomic
def unreachable(row: DeliveryLog, *, at: datetime) -> None:
    """The person has no such address: what would have gone by mail goes by SMS, unless it is a mere offer."""
    suppressed(row, "There is no address.", at=at)
    notification = row.notification
    phone = notification.to_phone or (notification.user.phone if notification.user is not None else "")
    if row.channel == Channel.EMAIL and phone and notification.kind.category != Category.MARKETING:
        instead = DeliveryLog(
            id=new_id(),
            notification=notification,
            channel=Channel.SMS,
            rank=row.rank,
            next_attempt_at=at,
            expires_at=row.expires_at,
            created_at=at,
            updated_at=at,
        )
        DeliveryLog.objects.bulk_create([instead], ignore_conflicts=True)


def _move(row: DeliveryLog, state: DeliveryState, **fields: object) -> bool:
    mine = DeliveryLog.objects.filter(pk=row.pk, state=DeliveryState.SENDING, attempts=row.attempts)
    return mine.update(state=state, **fields) == 1


def _forget_secrets(row: DeliveryLog) -> None:
    notification = row.notification
    if not values.has_secrets(notification.context):
        return
    if not DeliveryLog.objects.open().filter(notification_id=notification.pk).exists():
        context = values.forgotten(notification.context)
        Notification.objects.filter(pk=notification.pk).update(context=context)


def _alert_ops(rows: Iterable[DeliveryLog], reason: str, *, at: datetime) -> None:
    """One alert an hour for each kind and channel; alerts about alerts are not sent."""
    failed_by = {(row.notification.notification_type, row.channel) for row in rows}
    failed_by = {each for each in failed_by if each[0] != kinds.DELIVERY_FAILED.name}
    if not failed_by:
        return
    notify_many(
        [
            Notice(
                kind=kinds.DELIVERY_FAILED,
                user=person,
                context={"failed_kind": name, "channel_label": Channel(channel).label, "reason": reason},
                dedupe_key=f"delivery_failed:{name}:{channel}:{at:%Y-%m-%dT%H}",
            )
            for person in User.objects.ops()
            for name, channel in sorted(failed_by)
        ],
        at=at,
    )


def _words(error: Exception) -> str:
    if isinstance(error, MissingValue):
        return f"A value is missing: {error}"
    return (str(error) or type(error).__name__)[:2000]
