"""What of ours is held against which of a gateway's lists; ``config/reconciled.py`` says which books there are."""

from collections.abc import Sequence

from apps.reconciliation.books.base import Book, Difference, Known

__all__ = ["Book", "Difference", "Known", "connect", "registered"]

_books: list[Book] = []


def connect(books: Sequence[Book]) -> None:
    """From now on these are compared; a list of a gateway for which there is no book is not read."""
    _books[:] = books


def registered() -> tuple[Book, ...]:
    """Every book, in the order of ``config/reconciled.py``."""
    return tuple(_books)
