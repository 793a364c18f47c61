"""The ways in which a gateway misbehaves, on request."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What happens to a call, or to a web hook."""

    SLOW = "SLOW"  # answers after ``seconds``
    DOWN = "DOWN"  # closes the connection without acting
    ERROR_BEFORE = "ERROR_BEFORE"  # 500, nothing done
    ERROR_AFTER = "ERROR_AFTER"  # 500, but it was done
    LOST_ANSWER = "LOST_ANSWER"  # done, and the connection is closed without an answer
    HTML_502 = "HTML_502"  # a proxy's error page
    TOO_MANY = "TOO_MANY"  # 429
    NOT_JSON = "NOT_JSON"  # 200 with a page of HTML
    BAD_SIGNATURE = "BAD_SIGNATURE"  # a web hook signed with another secret
    DUPLICATE = "DUPLICATE"  # a web hook delivered ``copies`` times
    HOLD_BACK = "HOLD_BACK"  # web hooks are kept until they are released, in another order
    DROP = "DROP"  # a web hook that never comes
    ROW_MISSING = "ROW_MISSING"  # the first row of a page of a list is left out
    ROW_TWICE = "ROW_TWICE"  # the first row of a page is there twice
    ROW_WRONG = "ROW_WRONG"  # the first row of a page says one more than was moved


HOOK_FAULTS = {FaultKind.BAD_SIGNATURE, FaultKind.DUPLICATE, FaultKind.HOLD_BACK, FaultKind.DROP}
LIST_FAULTS = {FaultKind.ROW_MISSING, FaultKind.ROW_TWICE, FaultKind.ROW_WRONG}
CALL_FAULTS = set(FaultKind) - HOOK_FAULTS - LIST_FAULTS


@dataclass(kw_only=True)
class Fault:
    """The next ``times`` calls whose path (or hooks whose type) contains ``matching`` go wrong; of lists, pages with rows."""

    kind: FaultKind
    times: int = 1
    matching: str = ""
    seconds: float = 0.0
    copies: int = 2


@dataclass
class FaultPlan:
    """Which faults are still to happen; safe under threads."""

    planned: list[Fault] = field(default_factory=list)
    shuffler: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 not a secret
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """The fault will happen."""
        with self._lock:
            self.planned.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.planned.clear()

    def for_call(self, path: str) -> Fault | None:
        """The fault of this call, counted off."""
        return self._take(path, CALL_FAULTS)

    def for_hook(self, event_type: str) -> Fault | None:
        """The fault of this web hook, counted off."""
        return self._take(event_type, HOOK_FAULTS)

    def in_list(self, path: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The page as it is told, which may be another than it should be."""
        fault = self._take(path, LIST_FAULTS) if rows else None
        if fault is None:
            return rows
        first, rest = rows[0], rows[1:]
        told = {
            FaultKind.ROW_MISSING: [],
            FaultKind.ROW_TWICE: [first, first],
            FaultKind.ROW_WRONG: [{**first, "amount": first["amount"] + 1}] if "amount" in first else [first],
        }
        return [*told[fault.kind], *rest]

    def _take(self, subject: str, kinds: set[FaultKind]) -> Fault | None:
        with self._lock:
            for fault in self.planned:
                if fault.times > 0 and fault.kind in kinds and fault.matching in subject:
                    fault.times -= 1
                    return fault
        return None
