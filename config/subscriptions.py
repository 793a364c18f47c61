"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.core import events
from apps.core.events import Subscriptions

SUBSCRIPTIONS: Subscriptions = {}


def connect() -> None:
    """Every handler of the table hears of its events."""
    events.connect(SUBSCRIPTIONS)
