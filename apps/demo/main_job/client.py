"""A client of the public API, as small as a reader's own would be."""

import base64
import time
from typing import Any
from uuid import uuid4

import httpx
from django_otp.oath import TOTP

ENDED = 401


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

    def __init__(self, base_url: str, *, email: str = "", password: str = "", second_factor: str = "") -> None:
        self.http = httpx.Client(base_url=base_url, timeout=60)
        self.email, self.password, self.second_factor = email, password, second_factor
        self.refresh = ""
        if email:
            self.sign_in()

    def sign_in(self) -> None:
        """The client carries the person's access token. Raises: Refused."""
        self.http.headers.pop("Authorization", None)
        body = {"email": self.email, "password": self.password}
        if self.second_factor:
            body["code"] = totp_now(self.second_factor)
        self._carry(self._call("POST", "/auth/login/", json=body))

    def stay(self) -> None:
        """The access token is fresh again; an authenticator's code would not be taken twice. Raises: Refused."""
        self.http.headers.pop("Authorization", None)
        self._carry(self._call("POST", "/auth/token/refresh/", json={"refresh": self.refresh}))

    def _carry(self, tokens: dict[str, str]) -> None:
        self.refresh = tokens["refresh"]
        self.http.headers["Authorization"] = f"Bearer {tokens['access']}"

    def get(self, path: str, **query: Any) -> Any:
        """The ``data`` of the answer. Raises: Refused."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Sends ``body`` with an Idempotency-Key, as every client that moves money or time should. Raises: Refused."""
        return self._call("POST", path, json=body or {}, headers={"Idempotency-Key": str(uuid4())})

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self.http.request(method, f"/api/v1{path}", **options)
        if answer.status_code == ENDED and self.email and "Authorization" in self.http.headers:
            self.stay()
            answer = self.http.request(method, f"/api/v1{path}", **options)
        if answer.is_error:
            raise Refused(method, path, answer)
        return _json(answer).get("data")


def totp_now(seed: str) -> str:
    """What an authenticator with this seed shows now."""
    totp = TOTP(base64.b32decode(seed))
    totp.time = time.time()
    return f"{totp.token():06d}"


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
