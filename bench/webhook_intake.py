"""A web hook taken in, signature checked and event stored, against a bare view that inserts one row."""

import itertools
import json
import os
from collections.abc import Callable

from bench.harness import Worker, compare, report
from bench.server import Client, running_server

GOAL = 0.6
PATH = "/api/v1/payments/webhooks/sandbox/"
_numbers = itertools.count()


def main() -> int:
    """Prints the comparison; 0 when the goal holds."""
    with running_server() as port:
        rows = [
            compare(
                "web hook to 200",
                floor=_floor(port),
                subject=_subject(port),
                concurrency=concurrency,
                goal=GOAL,
            )
            for concurrency in (1, 8)
        ]
    return report("Web hook intake", rows)


def _body() -> bytes:
    number = f"{os.getpid()}-{next(_numbers)}"
    charge = {"id": "bench", "reference": f"GP-BENCH-{number}", "status": "PAID", "amount": 500_000, "currency": "NGN"}
    event = {"id": f"bench-{number}", "type": "charge.succeeded", "created": 0, "data": {"charge": charge}}
    return json.dumps(event).encode()


def _floor(port: int) -> Worker:
    def make() -> Callable[[], None]:
        client = Client(port)

        def act() -> None:
            client.call("POST", "/floor/one-insert/", _body())

        return act

    return make


def _subject(port: int) -> Worker:
    from django.conf import settings

    from apps.core import clock
    from apps.payments.gateways.signatures import timestamped_signature

    def make() -> Callable[[], None]:
        client = Client(port)

        def act() -> None:
            body = _body()
            signature = timestamped_signature(body, settings.SANDBOX_GATEWAY_SECRET, at=clock.now())
            client.call("POST", PATH, body, headers={"X-Sandbox-Signature": signature})

        return act

    return make
