"""Questions across notifications and deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from apps.core.conf import timer
from apps.notifications import kinds
from apps.notifications.kinds import Kind
from apps.notifications.models import DeliveryLog, Notification, Preference
from apps.notifications.states import Audience, Channel, DeliveryState, Priority

_BUSINESS_ROLES = {"STAFF", "EMPLOYEE", "CEO"}
_OPS_ROLES = {"ADMIN", "OPS", "VIEWER"}


def dashboard_of(user: Any) -> QuerySet[Notification]:
    """The person's notifications, newest first."""
    return Notification.objects.visible_to(user).order_by("-created_at", "-id")


def unread_count(user: Any) -> int:
    """How many of the person's notifications are unread."""
    return Notification.objects.visible_to(user).unread().count()


def missed_by(user_id: UUID, *, after: int, limit: int) -> list[Notification]:
    """What the person was told after the live event ``after``, oldest first."""
    mine = Notification.objects.filter(user_id=user_id, on_dashboard=True, sequence__gt=after)
    return list(mine.order_by("sequence")[:limit])


def last_sequence(user_id: UUID) -> int:
    """The newest live event of the person; 0 where there is none."""
    newest = Notification.objects.filter(user_id=user_id, on_dashboard=True, sequence__isnull=False)
    return newest.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def next_announcement() -> datetime | None:
    """Since when the oldest notification waits for its words."""
    return Notification.objects.filter(sequence__isnull=True).aggregate(due=Min("created_at"))["due"]


def next_delivery() -> datetime | None:
    """When the next delivery falls due."""
    return DeliveryLog.objects.open().aggregate(due=Min("next_attempt_at"))["due"]


def unseen_pushes(at: datetime) -> QuerySet[DeliveryLog]:
    """Urgent pushes that were sent long enough ago, are unread, and have not gone by SMS."""
    return _urgent_pushes().filter(sent_at__lte=at - timer("URGENT_PUSH_UNSEEN")).order_by("sent_at", "id")


def next_fall_back() -> datetime | None:
    """When the next urgent push will have gone unseen for too long."""
    oldest = _urgent_pushes().aggregate(sent=Min("sent_at"))["sent"]
    return oldest + timer("URGENT_PUSH_UNSEEN") if oldest else None


def _urgent_pushes() -> QuerySet[DeliveryLog]:
    by_sms = DeliveryLog.objects.filter(notification_id=OuterRef("notification_id"), channel=Channel.SMS)
    return DeliveryLog.objects.filter(
        ~Exists(by_sms),
        channel=Channel.PUSH,
        state=DeliveryState.SENT,
        rank=0,
        notification__priority=Priority.URGENT,
        notification__is_read=False,
    )


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whether a person wants one kind on one channel, and whether they may say so."""

    kind: Kind
    channel: Channel
    is_enabled: bool
    may_change: bool


def wishes_of(user: Any) -> list[Wish]:
    """The whole table of kinds and channels that concern the person."""
    stored = {
        (row.notification_type, row.channel): row.is_enabled for row in Preference.objects.filter(user_id=user.pk)
    }
    return [
        Wish(
            kind=kind,
            channel=channel,
            may_change=kind.may_mute(channel),
            is_enabled=not kind.may_mute(channel) or stored.get((kind.name, channel), True),
        )
        for kind in kinds_for(user)
        for channel in kind.shown_channels
    ]


def kinds_for(user: Any) -> list[Kind]:
    """The kinds that concern a person of this role; people of businesses are customers of others, too."""
    audiences = {Audience.EVERYONE}
    if user.role in _OPS_ROLES:
        audiences.add(Audience.OPS)
    else:
        audiences.add(Audience.CUSTOMERS)
    if user.role in _BUSINESS_ROLES:
        audiences.add(Audience.BUSINESSES)
    return [kind for kind in kinds.every() if kind.audience in audiences]


@dataclass(frozen=True, kw_only=True)
class DeliveryRate:
    """What became of the deliveries of one kind on one channel."""

    notification_type: str
    channel: str
    total: int
    sent: int
    opened: int
    bounced: int
    dead: int
    suppressed: int


def delivery_rates(*, since: datetime, until: datetime) -> list[DeliveryRate]:
    """Deliveries made in the half-open interval, by kind and channel."""
    rows = (
        DeliveryLog.objects.filter(created_at__gte=since, created_at__lt=until)
        .values("notification__notification_type", "channel")
        .annotate(
            total=Count("id"),
            sent=Count("id", filter=Q(state=DeliveryState.SENT)),
            opened=Count("id", filter=Q(opened_at__isnull=False)),
            bounced=Count("id", filter=Q(bounced_at__isnull=False)),
            dead=Count("id", filter=Q(state=DeliveryState.DEAD)),
            suppressed=Count("id", filter=Q(state=DeliveryState.SUPPRESSED)),
        )
        .order_by("notification__notification_type", "channel")
    )
    return [DeliveryRate(notification_type=row.pop("notification__notification_type"), **row) for row in rows]
