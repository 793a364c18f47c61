"""How operations call a gateway: never while a transaction is open."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from apps.payments.errors import GatewayNotAnswering, GatewaySaidNo, UnknownGateway
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.errors import GatewayNotSupported, GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.registry import NoSuchGateway, gateway

# By then a broken circuit lets a call through again.
TRY_AGAIN_AFTER_S = 60


def gateway_named(name: str) -> Gateway:
    """The gateway with that name. Raises: UnknownGateway."""
    try:
        return gateway(name)
    except NoSuchGateway as error:
        raise UnknownGateway from error


@contextmanager
def no_transaction() -> Iterator[None]:
    """The body calls a gateway. Raises: RuntimeError where a transaction is open, since locks would wait for it."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("A gateway was called inside a transaction.")
    yield


@contextmanager
def answering_the_customer(refusal: type[GatewayNotAnswering] = GatewayNotAnswering) -> Iterator[None]:
    """The body calls a gateway while a customer waits: what goes wrong is told in our own words, and when to try again."""
    with no_transaction():
        try:
            yield
        except (GatewayUnavailable, GatewayTimeout) as error:
            raise refusal(data={"retry_after_s": TRY_AGAIN_AFTER_S}) from error
        except GatewayNotSupported:
            raise
        except GatewayRefused as error:
            raise GatewaySaidNo(str(error)) from error
