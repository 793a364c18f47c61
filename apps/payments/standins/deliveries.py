"""Web hooks of a stand-in: signed, sent over HTTP, and now and then repeated, held back or badly signed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from apps.payments.standins.faults import FaultKind, FaultPlan

DELIVERY_TIMEOUT_S = 10


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One web hook as it goes over the wire."""

    event_type: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Deliveries:
    """Everything that was sent or waits. Without a URL the hooks are only kept, for a test to hand over."""

    faults: FaultPlan
    sign: Callable[[bytes, bool], dict[str, str]]
    url: str = ""
    sent: list[Hook] = field(default_factory=list)
    held: list[Hook] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def announce(self, event_type: str, body: bytes) -> None:
        """The event is on its way, or held back."""
        fault = self.faults.for_hook(event_type)
        kind = fault.kind if fault else None
        if kind == FaultKind.DROP:
            return
        headers = {"Content-Type": "application/json", **self.sign(body, kind != FaultKind.BAD_SIGNATURE)}
        hook = Hook(event_type=event_type, body=body, headers=headers)
        if kind == FaultKind.HOLD_BACK:
            with self._lock:
                self.held.append(hook)
            return
        copies = fault.copies if fault and kind == FaultKind.DUPLICATE else 1
        for _ in range(copies):
            self._deliver(hook)

    def release_held(self) -> int:
        """The hooks that were held back are sent, in another order; how many those were."""
        with self._lock:
            waiting, self.held = self.held, []
        self.faults.shuffler.shuffle(waiting)
        for hook in waiting:
            self._deliver(hook)
        return len(waiting)

    def repeat(self, times: int = 1) -> int:
        """Everything that was ever sent is sent again; how many deliveries that made."""
        with self._lock:
            again = list(self.sent) * times
        self.faults.shuffler.shuffle(again)
        for hook in again:
            self._post(hook)
        return len(again)

    def _deliver(self, hook: Hook) -> None:
        with self._lock:
            self.sent.append(hook)
        self._post(hook)

    def _post(self, hook: Hook) -> None:
        if not self.url:
            return
        try:
            status = requests.post(
                self.url, data=hook.body, headers=hook.headers, timeout=DELIVERY_TIMEOUT_S
            ).status_code
        except requests.RequestException:
            status = 0
        with self._lock:
            self.answers.append(status)
