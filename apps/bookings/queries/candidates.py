"""Who is to do a job: the one that was named, or the best who are free, in the order in which to try them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.availability.queries import Check
from apps.bookings.queries.offer import Offer
from apps.catalog.states import Assignment

Crew = tuple[UUID, ...]
_LOAD_AROUND = timedelta(hours=12)


def crews_for(check: Check, offer: Offer, *, staff_id: UUID | None) -> list[Crew]:
    """Crews that are free, the best first; a crew's first person leads. Empty when nobody is.

    Without ``staff_id`` nobody who asks a premium is among those chosen.
    """
    free = list(check.free_staff)
    if not free:
        return []
    if check.rules.assignment != Assignment.ANY:
        return _crews_of_several(check, offer, free, staff_id)
    if staff_id is not None:
        return [(staff_id,)] if staff_id in free else []
    return [(key,) for key in _best_first(check, offer, [key for key in free if not offer.asks_premium(key)])]


def _crews_of_several(check: Check, offer: Offer, free: list[UUID], staff_id: UUID | None) -> list[Crew]:
    rules = check.rules
    if rules.assignment == Assignment.ALL:
        return [_led_by(staff_id, _best_first(check, offer, free))]
    certain = [key for key in free if str(key) in rules.fixed or key == staff_id]
    others = _best_first(check, offer, [key for key in free if key not in certain])
    size = len(rules.fixed) + 1 if rules.assignment == Assignment.FIXED_PLUS_ANY else rules.crew_size
    missing = max(size - len(certain), 0)
    # Each further crew leaves out the best of those who could be replaced, so that a lost race finds another.
    turns = range(max(len(others) - missing, 0) + 1) if missing else range(1)
    return [_led_by(staff_id, [*certain, *others[turn : turn + missing]]) for turn in turns]


def _led_by(staff_id: UUID | None, crew: Sequence[UUID]) -> Crew:
    return tuple(sorted(crew, key=lambda key: key != staff_id))


def _best_first(check: Check, offer: Offer, keys: list[UUID]) -> list[UUID]:
    """The higher rating, the higher score, the fewer jobs around that time; the key makes the order the same each time."""
    loads = _loads(check)

    def merit(key: UUID) -> tuple[Any, ...]:
        rating, score = offer.merits.get(key, (0, 0))
        return -rating, -score, loads.get(str(key), 0), str(key)

    return sorted(keys, key=merit)


def _loads(check: Check) -> dict[str, int]:
    """How many jobs each has around that time."""
    since, until = (int((check.starts_at + sign * _LOAD_AROUND).timestamp()) for sign in (-1, 1))
    return {
        str(person.key): sum(1 for block in person.blocks if block.start < until and block.end > since)
        for person in check.calendar.people
    }
