from apps.core.api.permissions import Trades


class MayBook(Trades):
    """Whoever is signed in may look at what is theirs and book; the marketplace's own people do not book."""

    trading_actions = frozenset({"create"})
