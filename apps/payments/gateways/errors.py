"""What can go wrong between us and a gateway. The difference that matters: whether money may have moved."""


class GatewayError(Exception):
    """A call to a gateway gave no usable answer."""


class GatewayUnavailable(GatewayError):
    """The gateway did nothing: it could not be reached, was too busy, or was only being read. Ask again later."""


class GatewayTimeout(GatewayError):
    """The gateway may or may not have acted. Ask it about our reference before sending anything again."""


class GatewayRefused(GatewayError):
    """The gateway understood and said no; the same request will be refused again."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @property
    def is_for_lack_of_money(self) -> bool:
        """Whether the platform has too little with the gateway: nothing is wrong with the request."""
        return self.code in {"insufficient_balance", "balance_insufficient", "insufficient_funds"}

    @property
    def is_in_progress(self) -> bool:
        """Whether the gateway is still busy with the same order: what becomes of it is not known yet."""
        return self.code in {"idempotency_key_in_use", "lock_timeout"}


class GatewayNotSupported(GatewayRefused):
    """The gateway has no such service."""

    def __init__(self, gateway: str, service: str) -> None:
        super().__init__(f"{gateway} offers no {service}.", code="not_supported")


class SignatureInvalid(GatewayError):
    """A web hook was not signed by the gateway, or too long ago, or in the future."""
