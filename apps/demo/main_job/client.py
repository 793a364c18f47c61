"""A client of the public API, as small as a reader's own would be; it outlives a server that dies under it."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
from django_otp.oath import TOTP

ENDED = 401
# What says nothing about the request itself; the same request with the same key is sent again.
FOR_NOW = {502, 503, 504}
STILL_RUNNING = "idempotency_key_in_use"
# Longer than the server takes a request whose process died for one that still runs (payments: 90 s).
PATIENCE_S = 120.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 2.0
# How long an authenticator shows one code, and how far the server lets it be ahead.
STEP_S = 30
Connect = Callable[[str], httpx.Client]


def connect(base_url: str) -> httpx.Client:
    """Connections to the server, kept."""
    return httpx.Client(base_url=base_url, timeout=60)


class NoAnswer(Exception):
    """The server was tried for as long as one waits for a restart, and said nothing to the point."""


class Refused(Exception):
    """The server said no; ``status``, ``code`` and its words are kept."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        body = _json(answer)
        self.status = answer.status_code
        self.code = body.get("code", "")
        words = body.get("message") or answer.text[:200]
        super().__init__(f"{method} {path}: {self.status} {self.code} {words} {body.get('errors') or ''}".strip())


class Person:
    """Somebody signed in over HTTP, whose access token is renewed when it has ended."""

    def __init__(
        self,
        base_url: str,
        *,
        email: str = "",
        password: str = "",
        second_factor: str = "",
        device: str = "",
        connect: Connect = connect,
    ) -> None:
        self.http = connect(base_url)
        if device:  # limits count this device, not everybody behind its address
            self.http.headers["X-Device-Token"] = device
        self.email, self.password, self.second_factor = email, password, second_factor
        self.refresh = ""
        if email:
            self.sign_in()

    def sign_in(self) -> None:
        """The client carries the person's access token. Raises: Refused."""
        self.http.headers.pop("Authorization", None)
        body = {"email": self.email, "password": self.password}
        if not self.second_factor:
            self._carry(self._call("POST", "/auth/login/", json=body))
            return
        until = time.monotonic() + 3 * STEP_S
        # A code is taken once, and whoever signed in a moment ago has used it: then the next one, once it is shown.
        for code in codes(self.second_factor):
            try:
                self._carry(self._call("POST", "/auth/login/", json=body | {"code": code}))
            except Refused as refusal:
                if refusal.code != "code_wrong" or time.monotonic() > until:
                    raise
            else:
                return

    def stay(self) -> None:
        """The access token is fresh again; where too much time went by for that, the person signs in anew."""
        self.http.headers.pop("Authorization", None)
        try:
            self._carry(self._call("POST", "/auth/token/refresh/", json={"refresh": self.refresh}))
        except Refused as refusal:
            if refusal.status != ENDED:
                raise
            self.sign_in()

    def _carry(self, tokens: dict[str, str]) -> None:
        self.refresh = tokens["refresh"]
        self.http.headers["Authorization"] = f"Bearer {tokens['access']}"

    def get(self, path: str, **query: Any) -> Any:
        """The ``data`` of the answer. Raises: Refused."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Sends ``body`` with an Idempotency-Key, as every client that moves money or time should. Raises: Refused."""
        return self._call("POST", path, json=body or {}, headers={"Idempotency-Key": str(uuid4())})

    def post_once(self, path: str, body: Any) -> None:
        """Sends ``body`` a single time; where no answer comes, the caller looks what has become of it. Raises: Refused."""
        headers = {"Idempotency-Key": str(uuid4())}
        try:
            answer = self.http.request("POST", f"/api/v1{path}", json=body, headers=headers)
        except httpx.TransportError:
            return
        if answer.status_code == ENDED:
            self.stay()
        elif answer.is_error and answer.status_code not in FOR_NOW:
            raise Refused("POST", path, answer)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._answered(method, path, options)
        if answer.status_code == ENDED and self.email and "Authorization" in self.http.headers:
            self.stay()
            answer = self._answered(method, path, options)
        if answer.is_error:
            raise Refused(method, path, answer)
        return _json(answer).get("data")

    def _answered(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        """What the server says to the request, sent again until it does. Raises: NoAnswer."""
        until, pause_s = time.monotonic() + PATIENCE_S, FIRST_PAUSE_S
        while True:
            try:
                answer = self.http.request(method, f"/api/v1{path}", **options)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__} {error}".strip()
            else:
                if answer.status_code not in FOR_NOW and _json(answer).get("code") != STILL_RUNNING:
                    return answer
                problem = f"{answer.status_code} {answer.text[:200]}"
            if time.monotonic() > until:
                raise NoAnswer(f"{method} {path}: {problem}")
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def codes(seed: str) -> Iterator[str]:
    """What an authenticator with this seed shows now, then each code as soon as the server takes it."""
    totp = TOTP(base64.b32decode(seed))
    step = int(time.time()) // STEP_S
    while True:
        totp.time = step * STEP_S
        yield f"{totp.token():06d}"
        step += 1
        time.sleep(max((step - 1) * STEP_S - time.time(), 0))


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
