"""Facts that apps state. One table says who acts on them (``config/subscriptions.py``); publishing is a loop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

Handler = Callable[[Any], None]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that has happened, in the past participle; a fact cannot be refused."""


Subscriptions = Mapping[type[Event], Sequence[Handler]]
_handlers: dict[type[Event], tuple[Handler, ...]] = {}


def connect(subscriptions: Subscriptions) -> None:
    """From now on exactly these handlers hear of these events, in this order."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in subscriptions.items()})


def publish(event: Event) -> None:
    """Run the handlers of ``event`` in table order, inside the caller's transaction; errors reach the caller."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} published outside a transaction")
    for handler in _handlers.get(type(event), ()):
        handler(event)
