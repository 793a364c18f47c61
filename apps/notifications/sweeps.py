"""What a lost wake or a crash left behind: unannounced notifications and due deliveries; urgent ones that went unseen."""

from datetime import datetime, timedelta

from apps.core.sweeps import sweep
from apps.notifications import operations, queries


@sweep("notifications.announce", every=timedelta(seconds=5), next_due=queries.next_announcement, batch=500)
def announce(at: datetime, limit: int) -> int:
    """At most ``limit`` new notifications are on their dashboards."""
    return operations.announce_new(limit=limit)


@sweep("notifications.send_due", every=timedelta(seconds=10), next_due=queries.next_delivery, batch=50)
def send_due(at: datetime, limit: int) -> int:
    """At most ``limit`` due deliveries have been sent, put off or given up."""
    return operations.send_due(at=at, limit=limit)


@sweep("notifications.fall_back_to_sms", every=timedelta(minutes=1), next_due=queries.next_fall_back, batch=200)
def fall_back_to_sms(at: datetime, limit: int) -> int:
    """At most ``limit`` urgent pushes that nobody has seen go by SMS as well."""
    return operations.fall_back_to_sms(at=at, limit=limit)
