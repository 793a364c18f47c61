from apps.maestro.queries.ranking import DEEPEST, Ranked, Search, count_businesses, ranked_businesses

__all__ = ["DEEPEST", "Ranked", "Search", "count_businesses", "ranked_businesses"]
