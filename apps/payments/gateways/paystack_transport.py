"""The transport under paystackapi: its own has no timeout, no retry, a shared key, and dies on an HTML error page."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import requests
from paystackapi.base import PayStackBase
from paystackapi.base import PayStackRequests as PackagedRequests

from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.network import CLIENT_ERROR, SERVER_ERROR, TOO_MANY_REQUESTS, HttpLimits, was_never_sent
from apps.payments.gateways.reading import mapping, text
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy

Resource = TypeVar("Resource", bound=type[PayStackBase])


class PayStackRequests(PackagedRequests):
    """Calls Paystack with our key, a timeout, retries and typed errors; one kept session per thread."""

    def __init__(
        self, *, api_url: str, secret_key: str, limits: HttpLimits, retries: RetryPolicy, breaker: CircuitBreaker
    ) -> None:
        super().__init__(api_url=api_url.rstrip("/") + "/", headers={"Authorization": f"Bearer {secret_key}"})
        self._timeout = (limits.connect_s, limits.read_s)
        self._retries = retries
        self._breaker = breaker
        self._local = threading.local()

    def get(self, endpoint: str, **kwargs: Any) -> dict[str, Any]:
        """The answer to a question; asked again when it fails."""
        return self._retries.run(lambda: self._guarded("GET", endpoint, **kwargs), is_repeatable=True)

    def post(self, endpoint: str, **kwargs: Any) -> dict[str, Any]:
        """The answer to an order. Paystack keeps no idempotency key, so an unknown outcome is not sent again."""
        return self._retries.run(lambda: self._guarded("POST", endpoint, **kwargs), is_repeatable=False)

    def put(self, endpoint: str, **kwargs: Any) -> dict[str, Any]:
        """The answer to an order that changes what is there."""
        return self._retries.run(lambda: self._guarded("PUT", endpoint, **kwargs), is_repeatable=False)

    def _guarded(self, method: str, endpoint: str, **kwargs: Any) -> dict[str, Any]:
        with self._breaker.guarding():
            return self._send(method, endpoint, body=kwargs.get("data"), query=kwargs.get("qs"))

    def _send(self, method: str, endpoint: str, *, body: Any, query: dict[str, Any] | None) -> dict[str, Any]:
        is_read = method == "GET"
        uncertain: type[GatewayUnavailable | GatewayTimeout] = GatewayUnavailable if is_read else GatewayTimeout
        try:
            response = self._session().request(
                method,
                self.API_BASE_URL + endpoint,
                json=None if is_read else body,
                params=query,
                headers=self.headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if was_never_sent(error):
                raise GatewayUnavailable("Paystack cannot be reached.") from error
            raise uncertain("Paystack did not answer.") from error
        if response.status_code == TOO_MANY_REQUESTS:
            raise GatewayUnavailable("Paystack asks us to slow down.")
        if response.status_code >= SERVER_ERROR:
            raise uncertain(f"Paystack answered {response.status_code}.")
        return self._read(response, uncertain)

    @staticmethod
    def _read(response: requests.Response, uncertain: type[GatewayUnavailable | GatewayTimeout]) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError as error:
            raise uncertain("Paystack answered something that is not JSON.") from error
        if not isinstance(answer, dict):
            raise uncertain("Paystack answered something that is not a JSON object.")
        if response.status_code >= CLIENT_ERROR or answer.get("status") is not True:
            code = text(answer.get("code")) or str(response.status_code)
            raise GatewayRefused(text(answer.get("message")) or "Paystack refused the request.", code=code)
        return mapping(answer)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False
        return session


def bound(resource: Resource, transport: PayStackRequests) -> Resource:
    """The packaged resource class, calling through ``transport`` and nothing else.

    The package keeps one transport for the whole process in shared state and asks each instance for ``requests``; a
    property on a class of ours answers first, so that two keys can live side by side.
    """
    return type(resource.__name__, (resource,), {"requests": property(lambda _self: transport)})  # type: ignore[return-value]
