"""Who is to do a job: the one that was named, or whom the staff matcher puts first, in the order in which to try them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.availability.queries import Check
from apps.bookings.queries.offer import Offer
from apps.catalog.states import Assignment
from apps.maestro import queries as maestro

Crew = tuple[UUID, ...]


def crews_for(check: Check, offer: Offer, *, staff_id: UUID | None, at: datetime) -> list[Crew]:
    """Crews that are free, the best first; a crew's first person leads. Empty when nobody is.

    Without ``staff_id`` nobody who asks a premium is among those chosen. A crew is not chosen but made up: its price has
    no premium, and the owner is in it where they have to be, or where there are too few others.
    """
    free = check.free_staff
    if not free:
        return []
    if check.rules.assignment != Assignment.ANY:
        return _crews_of_several(check, offer, staff_id, at)
    if staff_id is not None:
        return [(staff_id,)] if staff_id in free else []
    return [(key,) for key in _best_first(check, [key for key in free if not offer.asks_premium(key)], at)]


def _crews_of_several(check: Check, offer: Offer, staff_id: UUID | None, at: datetime) -> list[Crew]:
    rules = check.rules
    free = sorted(_best_first(check, check.free_staff, at), key=offer.asks_premium)
    if rules.assignment == Assignment.ALL:
        return [_led_by(staff_id, free)]
    certain = [key for key in free if str(key) in rules.fixed or key == staff_id]
    others = [key for key in free if key not in certain]
    size = len(rules.fixed) + 1 if rules.assignment == Assignment.FIXED_PLUS_ANY else rules.crew_size
    missing = max(size - len(certain), 0)
    # Each further crew leaves out the best of those who could be replaced, so that a lost race finds another.
    turns = range(max(len(others) - missing, 0) + 1) if missing else range(1)
    return [_led_by(staff_id, [*certain, *others[turn : turn + missing]]) for turn in turns]


def _led_by(staff_id: UUID | None, crew: Sequence[UUID]) -> Crew:
    return tuple(sorted(crew, key=lambda key: key != staff_id))


def _best_first(check: Check, keys: Sequence[UUID], at: datetime) -> list[UUID]:
    """In the matcher's order, which takes a query where there is something to choose."""
    if len(keys) < 2:
        return list(keys)
    return maestro.best_first(check, among=keys, at=at)
