"""The official Stripe client with our addresses, our time limits and our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.network import HttpLimits, was_never_sent
from apps.payments.gateways.reading import mapping, text
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy

if TYPE_CHECKING:
    from stripe import StripeClient


class StripeCalls:
    """Runs calls of the official client. Every order carries an idempotency key, so all of them may be repeated.

    The client is made at the first call: importing the library costs a second that most processes never need.
    """

    def __init__(
        self, *, secret_key: str, base_url: str, limits: HttpLimits, retries: RetryPolicy, breaker: CircuitBreaker
    ) -> None:
        self._secret_key = secret_key
        self._base_url = base_url.rstrip("/")
        self._limits = limits
        self._retries = retries
        self._breaker = breaker
        self._made: StripeClient | None = None

    @property
    def client(self) -> StripeClient:
        """The client, made once."""
        if self._made is None:
            import stripe  # noqa: PLC0415 slow to import, see above

            self._made = stripe.StripeClient(
                self._secret_key,
                base_addresses={"api": self._base_url},
                max_network_retries=0,
                http_client=stripe.RequestsClient(timeout=(self._limits.connect_s, self._limits.read_s)),
            )
        return self._made

    def read(self, call: Callable[[StripeClient], Any]) -> dict[str, Any]:
        """The answer to a question."""
        return self._run(call, GatewayUnavailable)

    def write(self, call: Callable[[StripeClient], Any]) -> dict[str, Any]:
        """The answer to an order."""
        return self._run(call, GatewayTimeout)

    def _run(
        self, call: Callable[[StripeClient], Any], uncertain: type[GatewayUnavailable | GatewayTimeout]
    ) -> dict[str, Any]:
        return self._retries.run(lambda: self._once(call, uncertain), is_repeatable=True)

    def _once(
        self, call: Callable[[StripeClient], Any], uncertain: type[GatewayUnavailable | GatewayTimeout]
    ) -> dict[str, Any]:
        client = self.client
        from stripe import StripeError  # noqa: PLC0415 slow to import, and imported by now

        with self._breaker.guarding():
            try:
                return mapping(call(client).to_dict())
            except StripeError as error:
                raise _in_our_words(error, uncertain) from error


def _in_our_words(
    error: Exception, uncertain: type[GatewayUnavailable | GatewayTimeout]
) -> GatewayUnavailable | GatewayTimeout | GatewayRefused:
    import stripe  # noqa: PLC0415 slow to import, and imported by now

    if isinstance(error, stripe.APIConnectionError):
        if was_never_sent(error):
            return GatewayUnavailable("Stripe cannot be reached.")
        return uncertain("Stripe did not answer.")
    if isinstance(error, stripe.RateLimitError):
        return GatewayUnavailable("Stripe asks us to slow down.")
    if isinstance(error, stripe.APIError):
        return uncertain(f"Stripe answered {getattr(error, 'http_status', None) or 'something that cannot be read'}.")
    message = text(getattr(error, "user_message", "")) or "Stripe refused the request."
    return GatewayRefused(message, code=text(getattr(error, "code", "")))
