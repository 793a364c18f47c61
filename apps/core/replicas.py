"""Reads that may be a moment old: the router sends them to a replica, where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_may_be_stale: ContextVar[bool] = ContextVar("reads_may_be_stale", default=False)


def may_be_stale() -> bool:
    """Whether what is read now does no harm by being a moment old."""
    return _may_be_stale.get()


def allow_stale() -> None:
    """What is read from here to the end of ``fresh_at_the_end`` may be a moment old."""
    _may_be_stale.set(True)


@contextmanager
def fresh_at_the_end() -> Iterator[None]:
    """Whatever the block allows itself, reads after it are fresh."""
    token = _may_be_stale.set(False)
    try:
        yield
    finally:
        _may_be_stale.reset(token)
