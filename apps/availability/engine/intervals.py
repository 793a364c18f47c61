# ruff: noqa: PLR1730 (calls of max and min are what these loops would spend their time on)
"""Sums of half-open intervals of whole seconds since the epoch.

A *span list* here is sorted, disjoint and without touching neighbours; each function takes and gives span lists
unless it says otherwise.
"""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]
_NONE: Span = (1 << 62, 1 << 62)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same instants as a span list, whatever the order and overlaps of ``spans``; empty and inverted ones are gone."""
    merged: list[Span] = []
    current_start = current_end = 0
    is_open = False
    for start, end in sorted(spans):
        if end <= start:
            continue
        if is_open and start <= current_end:
            if end > current_end:
                current_end = end
            continue
        if is_open:
            merged.append((current_start, current_end))
        current_start, current_end, is_open = start, end, True
    if is_open:
        merged.append((current_start, current_end))
    return merged


def intersect(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """The instants that are in both."""
    common: list[Span] = []
    left_index = right_index = 0
    left_count, right_count = len(left), len(right)
    while left_index < left_count and right_index < right_count:
        left_start, left_end = left[left_index]
        right_start, right_end = right[right_index]
        start = max(left_start, right_start)
        end = min(left_end, right_end)
        if start < end:
            common.append((start, end))
        if left_end < right_end:
            left_index += 1
        else:
            right_index += 1
    return common


def subtract(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """The instants of ``spans`` that are not in ``taken``, whose neighbours may overlap if starts and ends are in order."""
    left_over: list[Span] = []
    others = iter(taken)
    taken_start, taken_end = next(others, _NONE)
    for start, end in spans:
        cursor = start
        while taken_start < end:
            if taken_start > cursor:
                left_over.append((cursor, taken_start))
            if taken_end > cursor:
                cursor = taken_end
            if taken_end > end:  # it may reach into the next span
                break
            taken_start, taken_end = next(others, _NONE)
        if cursor < end:
            left_over.append((cursor, end))
    return left_over


def covered_by(at_least: int, lists: Sequence[Sequence[Span]]) -> list[Span]:
    """The instants that lie in ``at_least`` of the span lists or more."""
    if at_least <= 0 or at_least > len(lists):
        return []
    if at_least == 1:
        return union({span for spans in lists for span in spans})  # many people are free at the same times
    edges: list[Span] = []
    for spans in lists:
        for start, end in spans:
            edges.append((start, 1))
            edges.append((end, -1))
    edges.sort()
    covered: list[Span] = []
    depth = 0
    since = 0
    for moment, change in edges:
        was_enough = depth >= at_least
        depth += change
        is_enough = depth >= at_least
        if is_enough and not was_enough:
            since = moment
        elif was_enough and not is_enough and moment > since:
            covered.append((since, moment))
    return union(covered)


def holding(spans: Sequence[Span], start: int, end: int) -> Span | None:
    """The one span that has all of ``[start, end)`` in it, or ``None``."""
    for span in spans:
        if span[0] <= start and end <= span[1]:
            return span
        if span[0] > start:
            return None
    return None


def overlaps(spans: Iterable[Span], start: int, end: int) -> bool:
    """Whether any of the spans, in any order, shares an instant with ``[start, end)``."""
    return any(span_start < end and start < span_end for span_start, span_end in spans)
