from apps.maestro.queries.matching import Match, best_first, costs_more, damped_rating, match_staff
from apps.maestro.queries.ranking import DEEPEST, Ranked, Search, count_businesses, ranked_businesses

__all__ = [
    "DEEPEST",
    "Match",
    "Ranked",
    "Search",
    "best_first",
    "costs_more",
    "count_businesses",
    "damped_rating",
    "match_staff",
    "ranked_businesses",
]
