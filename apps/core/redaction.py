"""What counts as a secret in logs and in the audit trail, and how it is struck out; needs nothing of Django."""

from collections.abc import MutableMapping
from typing import Any

# Whatever is called so never reaches a log or the trail, at any depth.
SECRET_WORDS = (
    "password", "secret", "token", "seed", "card", "account_number", "bank", "api_key", "recovery", "authorization",
)  # fmt: skip
STRUCK = "•••"


def without_secrets(values: Any) -> Any:
    """``values`` with everything whose name speaks of a secret struck out."""
    if isinstance(values, dict):
        return {
            name: STRUCK if any(word in str(name).lower() for word in SECRET_WORDS) else without_secrets(value)
            for name, value in values.items()
        }
    if isinstance(values, list | tuple):
        return [without_secrets(value) for value in values]
    return values


def strike_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the event without secrets."""
    return {
        **without_secrets({name: event[name] for name in event if not name.startswith("_")}),
        **{name: event[name] for name in event if name.startswith("_")},
    }


def strike_event(event: Any, hint: Any) -> Any:
    """As above for an event on its way to Sentry, at any depth: variables of frames, headers, extra values."""
    return without_secrets(event)
