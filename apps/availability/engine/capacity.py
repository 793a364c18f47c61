"""Things that serve several at once: a room, a class, a machine with several seats."""

from collections.abc import Iterable

from apps.availability.engine.intervals import Span


def peak(taken: Iterable[Span], start: int, end: int) -> int:
    """The most uses that are under way at one instant of ``[start, end)``."""
    changes: list[Span] = []
    for taken_start, taken_end in taken:
        if taken_start < end and start < taken_end:
            changes.append((max(taken_start, start), 1))
            changes.append((min(taken_end, end), -1))
    highest = depth = 0
    for _moment, change in sorted(changes):
        depth += change
        highest = max(highest, depth)
    return highest


def has_room(taken: Iterable[Span], start: int, end: int, *, max_concurrent: int, gap: int = 0) -> bool:
    """Whether one more use fits; two uses of the same place are ``gap`` seconds apart, which they share."""
    return peak(taken, start - gap, end + gap) < max_concurrent
