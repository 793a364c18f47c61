"""What the books ask of apps above them: a function, registered on one page of the wiring."""

from collections.abc import Callable
from uuid import UUID

SpendableCredits = Callable[[UUID], dict[str, int]]
_spendable_credits: SpendableCredits | None = None


def register_spendable_credits(function: SpendableCredits) -> None:
    """``function(user_id)`` answers all credits that somebody can spend, by currency; told once, as Django starts."""
    global _spendable_credits  # noqa: PLW0603  # one registration, from the wiring
    _spendable_credits = function


def spendable_credits(user_id: UUID) -> dict[str, int]:
    """All credits that the person can spend, by currency, whether they are in the books yet or not."""
    return _spendable_credits(user_id) if _spendable_credits is not None else {}
