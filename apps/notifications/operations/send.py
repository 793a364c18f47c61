"""Sending what is due: claim (a transaction), hand over (none), record (a transaction).

Each claim has a number, ``attempts``: only the sender whose number stands in the row hands over and records, so that
one who was overtaken, by a lease that ended or by a moved clock, does nothing more.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from apps.notifications.channels import Sender, made_for
from apps.notifications.errors import ChannelDown, DeliveryRefused, MissingValue
from apps.notifications.models import DeliveryLog, SuppressedAddress
from apps.notifications.operations import record
from apps.notifications.states import Channel, DeliveryState
from apps.notifications.wording import Wordbook

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
BATCH = 50


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """At most ``limit`` due deliveries have been sent, put off or given up; answers how many were claimed.

    Safe in several places at once. A provider that does not answer puts its whole channel off for a while.
    """
    senders = {channel: made_for(channel) for channel in (Channel.EMAIL, Channel.PUSH, Channel.SMS)}
    batch = _claim(senders, at=at, limit=limit)
    try:
        _send_batch(batch, senders, at=at)
    finally:
        for sender in senders.values():
            sender.close()
    return len(batch)


@transaction.atomic(durable=True)
def _claim(senders: dict[Channel, Sender], *, at: datetime, limit: int) -> list[DeliveryLog]:
    due = list(DeliveryLog.objects.due(at).order_by("rank", "next_attempt_at", "id").claimed(limit))
    lost = [row for row in due if _is_lost(row, senders[Channel(row.channel)])]
    record.lost(lost, at=at)
    keys = [row.pk for row in due if row not in lost]
    DeliveryLog.objects.filter(pk__in=keys).update(
        state=DeliveryState.SENDING, attempts=F("attempts") + 1, next_attempt_at=at + LEASE, handed_over_at=None
    )
    claimed = DeliveryLog.objects.filter(pk__in=keys).select_related("notification__user")
    return list(claimed.order_by("rank", "next_attempt_at", "id"))


def _is_lost(row: DeliveryLog, sender: Sender) -> bool:
    """Whether the last sender died after it began to hand over, so that sending again might reach the person twice."""
    return row.state == DeliveryState.SENDING and row.handed_over_at is not None and not sender.is_idempotent


def _send_batch(batch: Sequence[DeliveryLog], senders: dict[Channel, Sender], *, at: datetime) -> None:
    notifications = [row.notification for row in batch]
    book = Wordbook(notifications)
    for sender in senders.values():
        sender.prepare([row.notification for row in batch if row.channel == sender.channel])
    stopped = _stopped_addresses(batch, senders)
    down: set[str] = set()
    for row in batch:
        if row.channel in down:
            continue
        try:
            _send_one(row, senders[Channel(row.channel)], book, stopped, at=at)
        except ChannelDown as error:
            down.add(row.channel)
            record.failed(row, error, at=at)
            record.channel_down(row.channel, [each for each in batch if each is not row], at=at)
        except (DeliveryRefused, MissingValue) as error:
            record.dead(row, error, at=at)
        except Exception as error:  # one that cannot be sent now never stops the next
            logger.exception("delivery_attempt_failed", extra={"delivery": str(row.pk), "channel": row.channel})
            record.failed(row, error, at=at)


def _send_one(row: DeliveryLog, sender: Sender, book: Wordbook, stopped: set[tuple[str, str]], *, at: datetime) -> None:
    addresses = sender.addresses(row.notification)
    if row.expires_at is not None and at >= row.expires_at:
        record.suppressed(row, "Too late to be of use.", at=at)
    elif not addresses:
        record.unreachable(row, at=at)
    elif all((row.channel, address.lower()) in stopped for address in addresses):
        record.suppressed(row, "Nothing is sent to this address any more.", at=at)
    else:
        words = book.rendered(row.notification)
        if _begin_hand_over(row, at=at):
            record.sent(row, sender.send(row, words, at=at), at=at)


def _begin_hand_over(row: DeliveryLog, *, at: datetime) -> bool:
    mine = DeliveryLog.objects.filter(
        pk=row.pk, state=DeliveryState.SENDING, attempts=row.attempts, handed_over_at__isnull=True
    )
    return mine.update(handed_over_at=at) == 1


def _stopped_addresses(batch: Sequence[DeliveryLog], senders: dict[Channel, Sender]) -> set[tuple[str, str]]:
    """Those of the batch's addresses to which nothing may be sent, by channel."""
    wanted = {
        address.lower()
        for row in batch
        if row.channel != Channel.PUSH
        for address in senders[Channel(row.channel)].addresses(row.notification)
    }
    found = SuppressedAddress.objects.stopping(sorted(wanted)) if wanted else ()
    return {(each.channel, each.address.lower()) for each in found}
