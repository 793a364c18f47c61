"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.core import events
from apps.core.events import Subscriptions
from config import profile_parts

SUBSCRIPTIONS: Subscriptions = {}


def connect() -> None:
    """Every handler of the table hears of its events, and every part of a profile is known."""
    events.connect(SUBSCRIPTIONS)
    profile_parts.connect()
