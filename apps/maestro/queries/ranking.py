"""The Maestro order of businesses, as database functions compute it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.core.database import call_function

DEEPEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for: around a place, or in a city, of a category, by words."""

    lat: float | None = None
    lng: float | None = None
    radius_m: float = 25_000.0
    city: str = ""
    category_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A business in the order, with the exact terms that add up to its score."""

    business_id: UUID
    distance_m: float | None
    distance_term: Decimal
    rating_term: Decimal
    review_term: Decimal
    papers_term: Decimal
    score: Decimal


def ranked_businesses(search: Search, *, skip: int, take: int, at: datetime) -> list[Ranked]:
    """``take`` businesses of the order after the first ``skip``, best first; nobody beyond the first thousand."""
    take = min(take, DEEPEST - skip)
    if take <= 0:
        return []
    if search.lat is None or search.lng is None:
        rows = call_function("maestro_rank_by_rating", search.city, search.category_id, search.words, skip, take, at)
    else:
        rows = call_function(
            "maestro_rank_near",
            search.lat,
            search.lng,
            search.radius_m,
            search.category_id,
            search.words,
            skip,
            take,
            at,
        )
    return [Ranked(*row) for row in rows]


def count_businesses(search: Search) -> int:
    """How many the order holds, counted up to a thousand."""
    rows = call_function(
        "maestro_count", search.lat, search.lng, search.radius_m, search.category_id, search.words, DEEPEST
    )
    return int(rows[0][0])
