from apps.maestro.queries.matching import Match, damped_rating, match_staff
from apps.maestro.queries.ranking import DEEPEST, Ranked, Search, count_businesses, ranked_businesses

__all__ = [
    "DEEPEST",
    "Match",
    "Ranked",
    "Search",
    "count_businesses",
    "damped_rating",
    "match_staff",
    "ranked_businesses",
]
