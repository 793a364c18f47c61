"""A client of the public API, as small as a reader's own would be."""

from typing import Any
from uuid import uuid4

import httpx


class Refused(Exception):
    """The server said no; ``status``, ``code`` and its words are kept."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        body = _json(answer)
        self.status = answer.status_code
        self.code = body.get("code", "")
        super().__init__(
            f"{method} {path}: {self.status} {self.code} {body.get('message', answer.text[:200])} {body.get('errors', '')}"
        )


class Person:
    """Somebody signed in over HTTP."""

    def __init__(self, base_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=60, transport=transport)
        self.name = "somebody"

    def sign_in(self, email: str, password: str, *, second_factor: str = "") -> "Person":
        """The client carries the person's access token. Raises: Refused."""
        body = {"email": email, "password": password}
        if second_factor:
            body["otp"] = second_factor
        data = self.post("/auth/login/", body)
        self.http.headers["Authorization"] = f"Bearer {data['access']}"
        self.name = email
        return self

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Sends ``body`` with an Idempotency-Key, as every client that moves money or time should."""
        return self._call("POST", path, json=body or {}, headers={"Idempotency-Key": str(uuid4())})

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self.http.request(method, f"/api/v1{path}", **options)
        if answer.is_error:
            raise Refused(method, path, answer)
        return _json(answer).get("data")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
