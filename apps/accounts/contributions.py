"""What apps above accounts add to a person's profile, account, export and erasure. Accounts names none of them.

Everything is told on one page, ``config/profile_parts.py``, as Django starts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from apps.accounts.models import User
from apps.accounts.states import Role


class Writer(Protocol):
    """Stores what the person sent of one part, within the caller's transaction."""

    def __call__(self, *, user: User, values: dict[str, Any], at: Any) -> None: ...


def _no_fields() -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class ProfilePart:
    """Fields that an app adds to ``/profile/`` for some roles, or to ``/auth/user/`` for all.

    ``fields()`` makes the serializer fields of the answer by name, ``read(user)`` their values. ``inputs()`` makes the
    fields that the person may send (none is required), and ``write`` stores those that were sent.
    """

    name: str
    fields: Callable[[], dict[str, Any]]
    read: Callable[[User], dict[str, Any]]
    roles: frozenset[str] = frozenset(Role.values)
    inputs: Callable[[], dict[str, Any]] = _no_fields
    write: Writer | None = None


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """Everything that was registered.

    ``exporters`` answer, by section, JSON-ready data of a person. ``erasure_objections`` answer why a person cannot be
    erased yet (open bookings, money in the wallet), or None.
    """

    profile: Sequence[ProfilePart] = ()
    account: Sequence[ProfilePart] = ()
    exporters: Mapping[str, Callable[[User], Any]] = field(default_factory=dict)
    erasure_objections: Sequence[Callable[[User], str | None]] = ()


_current = Contributions()


def connect(contributions: Contributions) -> None:
    """From now on exactly these parts are shown, exported and asked."""
    global _current  # noqa: PLW0603  # one registration, from the wiring
    _current = contributions


def current() -> Contributions:
    """What is registered."""
    return _current


def profile_parts(role: str) -> list[ProfilePart]:
    """The parts of the profile that a role has."""
    return [part for part in _current.profile if role in part.roles]


def write_parts(parts: Sequence[ProfilePart], *, user: User, values: dict[str, Any], at: Any) -> None:
    """Each part has stored what was sent of it; called within a transaction."""
    for part in parts:
        own = {name: values[name] for name in part.inputs() if name in values}
        if own and part.write is not None:
            part.write(user=user, values=own, at=at)
