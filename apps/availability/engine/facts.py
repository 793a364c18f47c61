"""What the engine is told: people with their hours and blocks, a service's rules, and a question. Seconds throughout."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from apps.availability.engine.hours import Hours
from apps.availability.engine.intervals import Span
from apps.availability.engine.zones import DAY_S

PersonId = Hashable
MARGIN_DAYS = 2
"""Days known around the asked ones, so that nights, zones and grids come out as if everything were known."""


class Grid(StrEnum):
    """Where in a free stretch the start times lie."""

    CLOCK_SNAP = "CLOCK_SNAP"
    INTERVAL_START = "INTERVAL_START"
    PACK_MAX = "PACK_MAX"


class Assignment(StrEnum):
    """How many of the people a job needs."""

    ANY = "ANY"
    ALL = "ALL"
    FIXED_PLUS_ANY = "FIXED_PLUS_ANY"
    SEVERAL = "SEVERAL"


class Block(NamedTuple):
    """Time that is taken: ``[start, end)`` for the work, ``before`` and ``after`` around it as the block itself asks."""

    start: int
    end: int
    before: int = 0
    after: int = 0
    holder: Hashable = None
    expires_at: int | None = None
    is_running: bool = False
    service: Hashable = None
    job: Hashable = None

    def is_live(self, now: int, viewer: Hashable, ignored_job: Hashable) -> bool:
        """Whether it takes time from this viewer: a hold that ran out takes none, nor does the viewer's own."""
        if ignored_job is not None and self.job == ignored_job:
            return False
        if self.expires_at is None:
            return True
        return now < self.expires_at and (viewer is None or self.holder != viewer)

    def span(self, now: int) -> Span:
        """The work and what surrounds it; a job that runs holds its person until it is done, however late it gets."""
        if self.is_running:
            return min(self.start - self.before, now), max(self.end, now) + self.after
        return self.start - self.before, self.end + self.after


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who performs the service; without hours of their own they follow the place's.

    ``taken`` is time that is firmly taken, buffers included, of which no more needs to be known; it is in order, and no
    two of it overlap.
    """

    key: PersonId
    hours: Hours | None = None
    time_off: tuple[Span, ...] = ()
    blocks: tuple[Block, ...] = ()
    taken: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead one may book, in local days of ``zone``; both ends included, ``None`` is unbounded."""

    zone: str
    calendar_days: int | None = None
    business_days: int | None = None
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a service asks of a start time; lengths in seconds, ``limit_count`` and ``limit_s`` per person and day."""

    duration: int
    step: int
    grid: Grid = Grid.CLOCK_SNAP
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: Horizon | None = None
    limit_count: int | None = None
    limit_s: int | None = None
    assignment: Assignment = Assignment.ANY
    crew_size: int = 1
    fixed: frozenset[PersonId] = frozenset()
    service: Hashable = None


@dataclass(frozen=True, slots=True)
class Question:
    """Which starts in ``[start, end)`` are asked for, when, by whom, and on whose clock the grid lies."""

    start: int
    end: int
    now: int
    zone: str
    viewer: Hashable = None
    ignored_job: Hashable = None

    @property
    def first_day(self) -> int:
        """The first day whose hours have to be known."""
        return self.start // DAY_S - MARGIN_DAYS

    @property
    def last_day(self) -> int:
        """The last day whose hours have to be known."""
        return self.end // DAY_S + MARGIN_DAYS


@dataclass(frozen=True, slots=True)
class Offer:
    """Start times, and for each person those at which they are among the ones who could come."""

    starts: list[int] = field(default_factory=list)
    by_person: dict[PersonId, list[int]] = field(default_factory=dict)
