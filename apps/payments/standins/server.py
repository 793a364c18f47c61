"""A small HTTP server that a stand-in is built on: routes, faults, a log of calls, and a control address."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from apps.payments.standins.deliveries import Deliveries
from apps.payments.standins.faults import Fault, FaultKind, FaultPlan

JSON_TYPE = "application/json"
HTML_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
CONTROL = "/_control/"
# Answers that are given instead of acting.
SPOILED = {
    FaultKind.ERROR_BEFORE: (500, b'{"message": "Internal error", "error": {"message": "Internal error"}}', JSON_TYPE),
    FaultKind.TOO_MANY: (429, b'{"message": "Slow down", "error": {"message": "Slow down"}}', JSON_TYPE),
    FaultKind.HTML_502: (502, HTML_PAGE, "text/html"),
    FaultKind.NOT_JSON: (200, HTML_PAGE, "text/html"),
}


class Refusal(Exception):
    """The stand-in says no, with this status and body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]
    raw: bytes = b""


Route = Callable[..., dict[str, Any]]


def route(method: str, pattern: str) -> Callable[[Route], Route]:
    """The method of the stand-in answers this method and path; named groups become arguments."""

    def mark(function: Route) -> Route:
        function.route = (method, re.compile(pattern + "/?"))  # type: ignore[attr-defined]
        return function

    return mark


@dataclass
class StandIn:
    """A gateway of our own on loopback. State changes happen under one lock, web hooks are sent outside it."""

    secret_key: str
    webhook_secret: str
    webhook_url: str = ""
    clock: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep
    faults: FaultPlan = field(default_factory=FaultPlan)
    calls: list[Call] = field(default_factory=list)
    controls: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.hooks = Deliveries(faults=self.faults, sign=self.signed_headers, url=self.webhook_url)
        self._events: list[tuple[str, bytes]] = []
        self._server: ThreadingHTTPServer | None = None
        marked = [name for name in dir(type(self)) if hasattr(getattr(type(self), name), "route")]
        self._routes = [(*getattr(type(self), name).route, getattr(self, name)) for name in marked]

    def signed_headers(self, body: bytes, is_genuine: bool) -> dict[str, str]:
        """The headers that the gateway signs its web hooks with."""
        raise NotImplementedError

    def parsed_body(self, raw: bytes, content_type: str) -> dict[str, Any]:
        """The request's body as the gateway reads it."""
        raise NotImplementedError

    def unknown_address(self) -> Refusal:
        """What the gateway says to a path it does not have."""
        raise NotImplementedError

    def tell(self, event_type: str, body: bytes) -> None:
        """The event is announced once the state change that caused it is complete."""
        self._events.append((event_type, body))

    # Life

    def start(self, port: int = 0) -> StandIn:
        """It answers on loopback, in a thread."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """It answers no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        """Where it answers."""
        if self._server is None:
            raise RuntimeError("The stand-in is not running.")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # Answering

    def answer(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The status and body for one call, with its state change done and its web hooks sent."""
        try:
            if call.path.startswith(CONTROL):
                return 200, self._control(call.path.removeprefix(CONTROL), call.body)
            for method, pattern, function in self._routes:
                match = pattern.fullmatch(call.path)
                if match and method == call.method:
                    with self.lock:
                        self.calls.append(call)
                        return 200, self.perform(call, function, match.groupdict())
            raise self.unknown_address()
        except Refusal as refusal:
            return refusal.status, refusal.body
        finally:
            self.send_announced()

    def perform(self, call: Call, function: Route, arguments: dict[str, str]) -> dict[str, Any]:
        """The body of the answer; a gateway with idempotency keys wraps this."""
        return function(call, **arguments)

    def send_announced(self) -> None:
        """The web hooks of what has just happened are sent."""
        with self.lock:
            events, self._events = self._events, []
        for event_type, body in events:
            self.hooks.announce(event_type, body)

    def control(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Something happens at the gateway that no call of ours causes: a customer pays, a bank objects."""
        if name not in self.controls:
            raise Refusal(404, {"message": f"No control {name}; there are {', '.join(self.controls)}."})
        with self.lock:
            outcome: dict[str, Any] = getattr(self, name)(**arguments)
        self.send_announced()
        return outcome

    def _control(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        if name == "faults":
            self.faults.add(Fault(**{**body, "kind": FaultKind(body["kind"])}))
            return {"planned": len(self.faults.planned)}
        if name == "release":
            return {"released": self.hooks.release_held()}
        if name == "repeat":
            return {"delivered": self.hooks.repeat(int(body.get("times", 1)))}
        return self.control(name, **body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two packets: the second must not wait until the first is acknowledged.
            disable_nagle_algorithm = True

            def log_message(self, *_arguments: object) -> None:
                """Nothing is printed; calls are kept in ``calls``."""

            def do_GET(self) -> None:
                stand_in.serve(self)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 named by the library

        return Handler

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One request is answered, or goes wrong as planned."""
        call = self._read(request)
        fault = None if call.path.startswith(CONTROL) else self.faults.for_call(call.path)
        kind = fault.kind if fault else None
        if fault and kind == FaultKind.SLOW:
            self.pause(fault.seconds)
        if kind == FaultKind.DOWN:
            _hang_up(request)
        elif kind in SPOILED:
            _write_bytes(request, *SPOILED[kind])
        else:
            status, body = self.answer(call)
            if kind == FaultKind.LOST_ANSWER:
                _hang_up(request)
            elif kind == FaultKind.ERROR_AFTER:
                _write_bytes(request, *SPOILED[FaultKind.ERROR_BEFORE])
            else:
                _write_bytes(request, status, json.dumps(body).encode(), JSON_TYPE)

    def _read(self, request: BaseHTTPRequestHandler) -> Call:
        address = urlsplit(request.path)
        raw = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        content_type = request.headers.get("Content-Type") or ""
        is_control = address.path.startswith(CONTROL)
        return Call(
            method=request.command,
            path=unquote(address.path),
            query={key: values[-1] for key, values in parse_qs(address.query, keep_blank_values=True).items()},
            body=(json.loads(raw or b"{}") if is_control else self.parsed_body(raw, content_type)),
            headers={key.lower(): value for key, value in request.headers.items()},
            raw=raw,
        )


def _hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def _write_bytes(request: BaseHTTPRequestHandler, status: int, body: bytes, content_type: str) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # the caller has given up waiting
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
