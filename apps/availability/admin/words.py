from typing import Any

from apps.availability.engine import clock_of_minute


def in_words(spans: Any) -> str:
    """Spans as people write them: ``09:00-13:00, 14:00-18:00``."""
    return ", ".join(f"{clock_of_minute(opens)}-{clock_of_minute(closes)}" for opens, closes in spans) or "closed"
