"""How we call what may be slow, busy or down: a few retries, then a broken circuit for a while."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from apps.payments.gateways.errors import GatewayError, GatewayTimeout, GatewayUnavailable

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Up to ``attempts`` calls, with a pause that doubles and is spread by half, so that callers do not march in step."""

    attempts: int = 3
    first_pause_s: float = 0.25
    longest_pause_s: float = 2.0
    pause: Callable[[float], None] = time.sleep

    def run(self, call: Callable[[], Answer], *, is_repeatable: bool) -> Answer:
        """The answer of ``call``. An unknown outcome is only tried again when repeating is harmless.

        Raises: once the attempts are used up, the last error, or the first of an unknown outcome: that nothing
        happened at last does not say that nothing happened before.
        """
        unknown: GatewayTimeout | None = None
        for attempt in range(1, self.attempts + 1):
            try:
                return call()
            except GatewayUnavailable:
                if attempt == self.attempts and unknown is not None:
                    raise unknown from None
                if attempt == self.attempts:
                    raise
            except GatewayTimeout as error:
                unknown = unknown or error
                if attempt == self.attempts or not is_repeatable:
                    raise
            self.pause(self._pause_after(attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _pause_after(self, attempt: int) -> float:
        longest = min(self.longest_pause_s, self.first_pause_s * 2 ** (attempt - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 a pause needs no secrecy


@dataclass(kw_only=True)
class CircuitBreaker:
    """Refuses calls for ``rest_s`` after ``failures_allowed`` failures in a row, then lets one through to see.

    The lock is held only around the counters, never around the call itself.
    """

    name: str
    failures_allowed: int = 5
    rest_s: float = 30.0
    monotonic: Callable[[], float] = time.monotonic
    _failures: int = 0
    _opened_at: float | None = None
    _is_probing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now."""
        with self._lock:
            return not self._may_pass()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """The body runs unless the circuit is broken; its outcome is counted. A refusal counts as an answer.

        Raises: GatewayUnavailable.
        """
        with self._lock:
            if not self._may_pass():
                raise GatewayUnavailable(f"{self.name} is not answering; it will be tried again shortly.")
            self._is_probing = self._opened_at is not None
        try:
            yield
        except (GatewayUnavailable, GatewayTimeout):
            self._count_failure()
            raise
        except GatewayError:
            self._mend()
            raise
        except BaseException:
            with self._lock:
                self._is_probing = False
            raise
        else:
            self._mend()

    def _may_pass(self) -> bool:
        if self._opened_at is None:
            return True
        return not self._is_probing and self.monotonic() - self._opened_at >= self.rest_s

    def _count_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._is_probing = False
            if self._failures >= self.failures_allowed:
                self._opened_at = self.monotonic()

    def _mend(self) -> None:
        with self._lock:
            self._failures, self._opened_at, self._is_probing = 0, None, False
