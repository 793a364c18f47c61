"""Notices for tests of this app and of those above it."""

from datetime import timedelta

from apps.notifications import kinds, values
from apps.notifications.models import DeliveryLog
from apps.notifications.operations import notify


def example_context(kind):
    """Every variable of the kind with its own example."""
    kind = kinds.get(kind)
    return {name: variable.example for name, variable in kind.variables.items()}


def notified(user, kind, *, at, **kwargs):
    """The person has been told with the kind's own examples; answers the notification's key."""
    return notify(user=user, kind=kind, context=example_context(kind), at=at, **kwargs)


def delivery(channel="EMAIL"):
    return DeliveryLog.objects.get(channel=channel)


def shown_example(kind):
    return values.shown(kinds.get(kind), values.examples(kinds.get(kind)), time_zone="Africa/Lagos")


SECOND = timedelta(seconds=1)
