"""Taking many rows a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in their order, at most ``size`` at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
