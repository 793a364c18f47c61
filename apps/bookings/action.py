"""What an action is: who may take it, from which states, under which conditions, until when, and what it does to money."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.bookings.errors import BookingWrongState
from apps.bookings.states import Party
from apps.core.errors import DomainError


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts, and as whom; without a user it is the platform itself."""

    user_id: UUID | None = None
    party: Party = Party.SYSTEM


SYSTEM = Actor()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A condition of an action: where ``holds`` says no, the refusal says why."""

    holds: Callable[[Any, Party, datetime], bool]
    refusal: Callable[[Any], DomainError]


def _no_deadline(booking: Any, party: Party) -> datetime | None:
    return None


def _no_money(booking: Any, party: Party, at: datetime) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something a person may do with a booking. ``path`` is below the booking's own unless it begins with a slash."""

    name: str
    parties: frozenset[Party]
    sources: tuple[str, ...]
    method: str = "POST"
    path: str = ""
    checks: tuple[Check, ...] = ()
    deadline: Callable[[Any, Party], datetime | None] = _no_deadline
    money: Callable[[Any, Party, datetime], str | None] = _no_money

    def permits(self, booking: Any, actor: Any) -> bool:
        """Whether somebody acting as this party may do it at all."""
        return actor.party in self.parties

    def refusal(self, booking: Any, party: Party, at: datetime) -> DomainError | None:
        """Why it cannot be done now, or None when it can."""
        if booking.status not in self.sources:
            return BookingWrongState(data={"status": booking.status, "allowed_in": self.sources})
        return next((check.refusal(booking) for check in self.checks if not check.holds(booking, party, at)), None)
