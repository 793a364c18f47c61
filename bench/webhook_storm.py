"""10,000 payments through both gateways, told of in 40,000 shuffled, repeated web hooks, exact in the end.

Subject: the product's own web server takes the deliveries in, signed, from processes that send them; processes of their
own work on the inbox, ask the gateways' stand-ins and book; the clock of payments stops when no event has anything left
to do. Then the end is compared with the stand-ins' own rows, payment by payment, and the books are proven.

Floor: as many clients over psycopg, without HTTP, signature, gateway or rule: each delivery is one call of the inbox's
inserting function, and one for each payment is followed, in the same transaction, by one call of the ledger's funding
function: one transfer, two entries, one hold. It runs once, after the subject, in the same database.

``--rows`` says how many payments there are; there are four times as many deliveries. 200 are enough for a try.
"""

import itertools
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.payments.standins.deliveries import Hook
from bench import storm_parts
from bench.harness import Measured, percentile, report
from bench.ledger_world import own_database, raw_connection

CLIENTS, WORKERS, TIMES, SEED = 4, 2, 4, 4
PATIENCE_S = 120.0  # how long nothing may happen
STILL_S = 5.0  # nothing has happened for so long: what is left waits for its pause, and is in no worker's hands
_RECEIVE = "SELECT payments_receive_event(%s, %s, %s, 'charge', 'PAYMENT_SUCCEEDED', %s, %s, '{}', %s)"
_FUND = "SELECT transfer_id FROM ledger_fund_payment(%s)"
Deliveries = Sequence[tuple[str, Hook]]


@dataclass(frozen=True, kw_only=True)
class Blown:
    """How long the subject took, in seconds: to take the deliveries in, and until all was booked."""

    delivered_s: float
    booked_s: float
    latencies: list[float]
    hastened: int


def main() -> int:
    """Prints rates and ratios; 0 when the end is exact."""
    from apps.payments.tests.storm import SETTINGS, Storm, stand_ins

    payments = int(os.environ.get("BENCH_ROWS", "10000"))
    gateways = stand_ins(time.time)
    try:
        with own_database(), _surroundings(gateways, SETTINGS):
            storm = Storm(gateways, _payers(), clock.now(), random.Random(SEED))
            storm.brew(payments)
            deliveries = storm.deliveries(payments * TIMES)
            blown = _blow(deliveries)
            faults = storm.faults()
            floor_s = _floor(deliveries, payments)
    finally:
        for gateway in gateways.values():
            gateway.stop()
    size = f"{payments:,} payments, {len(deliveries):,} deliveries of {len(storm.told):,} web hooks"
    print("\n".join(faults[:20]) or f"{size}: exact, and the books are sound.")
    print(f"All was booked {blown.booked_s:,.1f} s after the first delivery; the floor took {floor_s:,.1f} s.")
    print(f"Pauses after a refusal, or of what was told too early, that were cut short: {blown.hastened:,}.")
    rows = [
        Measured(
            name=name,
            concurrency=CLIENTS,
            floor_per_s=count / floor_s,
            subject_per_s=count / took,
            p95_ms=p95_ms,
            goal=None,
        )
        for name, count, took, p95_ms in (
            ("deliveries to 200", len(deliveries), blown.delivered_s, percentile(blown.latencies, 95) * 1000),
            ("payments settled", payments, blown.booked_s, 0.0),
        )
    ]
    return max(report("Web hook storm", rows), int(bool(faults)))


def _payers() -> list[UUID]:
    from apps.accounts.models import User

    return [User.objects.create_user(email=f"storm-{number}@example.com").pk for number in range(100)]


@contextmanager
def _surroundings(gateways: dict[str, Any], settings: dict[str, str]) -> Iterator[None]:
    """Processes that are started inside speak to the benchmark's database and to the stand-ins."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    told = {
        **settings,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
        "PAYSTACK_BASE_URL": gateways["paystack"].url,
        "STRIPE_BASE_URL": gateways["stripe"].url,
        "LOG_LEVEL": "CRITICAL",  # a refund by hand at the gateway alerts operations, a line each
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _blow(deliveries: Deliveries) -> Blown:
    """Everything is delivered and booked. Raises: RuntimeError where a process ends early or nothing moves any more."""
    from bench.server import running_server

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = [folder / str(index) for index in range(CLIENTS)]
        for index, file in enumerate(files):
            storm_parts.write_deliveries(file, deliveries[index::CLIENTS])
        port = stack.enter_context(running_server())
        workers = [stack.enter_context(storm_parts.started("work")) for _ in range(WORKERS)]
        clients = [stack.enter_context(storm_parts.started("deliver", str(file), str(port))) for file in files]
        storm_parts.let_go([*workers, *clients])
        begun = time.perf_counter()
        delivered_s, booked_s, hastened = _watch(clients, workers, begun)
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.close()
            worker.wait(60)
        latencies = [each for file in files for each in json.loads(Path(f"{file}.latencies").read_text())]
    return Blown(delivered_s=delivered_s, booked_s=booked_s, latencies=latencies, hastened=hastened)


def _watch(clients: list[Any], workers: list[Any], begun: float) -> tuple[float, float, int]:
    """When all was delivered, when nothing was left to do, and how many pauses were cut short in between.

    Nobody waits for the pause of an event that is put off once all else is done.
    """
    from apps.payments.models import WebhookEvent

    left = WebhookEvent.objects.filter(next_attempt_at__isnull=False)
    delivered_s, hastened, seen, moved = 0.0, 0, -1, time.perf_counter()
    while True:
        if any(worker.poll() is not None for worker in workers) or any(client.poll() for client in clients):
            raise RuntimeError("A process of the storm has failed.")
        if not delivered_s and all(client.poll() is not None for client in clients):
            delivered_s = time.perf_counter() - begun
        waiting, done = left.count(), WebhookEvent.objects.filter(processed_at__isnull=False).count()
        if delivered_s and not waiting:
            return delivered_s, time.perf_counter() - begun, hastened
        if done != seen:
            seen, moved = done, time.perf_counter()
        if time.perf_counter() - moved > PATIENCE_S:
            states = list(left.values_list("state", "attempts", "note")[:5])
            raise RuntimeError(f"{waiting} events are left and nothing moves, such as {states}.")
        if delivered_s and time.perf_counter() - moved > STILL_S:
            cut_short = left.filter(state__in=("PARKED", "FAILED")).update(next_attempt_at=clock.now())
            hastened, moved = hastened + cut_short, time.perf_counter() if cut_short else moved
        time.sleep(0.25)


def _floor(deliveries: Deliveries, payments: int) -> float:
    """Seconds that psycopg takes for as many inserts into the inbox and fundings."""
    from apps.ledger import commission

    events = [(sha256(name.encode() + hook.body).hexdigest(), hook.body) for name, hook in deliveries]
    funding = set(random.Random(SEED).sample(range(len(events)), payments))
    tiers = commission.commission_tiers("NGN")
    numbers = itertools.count()

    def act(raw: Any, place: int) -> None:
        event_id, body = events[place]
        with raw.transaction():
            raw.execute(_RECEIVE, (new_id(), "floor", event_id, event_id, body, clock.now()))
            if place in funding:
                raw.execute(_FUND, (json.dumps(_document(tiers), default=str),))

    def work() -> None:
        with raw_connection() as raw:
            while (place := next(numbers)) < len(events):
                act(raw, place)

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def _document(tiers: dict[str, Any]) -> dict[str, Any]:
    payment = new_id()
    share = {
        "unit_type": "BOOKING",
        "unit_id": payment,
        "business_id": UUID(int=payment.int % 97 + 1),
        "customer_id": payment,
        "amount_minor": 10_000,
    }
    body = {
        "payment": payment,
        "gateway": "paystack",
        "currency": "NGN",
        "amount": 10_000,
        "fee": 0,
        "wallet": "",
        "wallet_amount": 0,
        "excess": "",
        "allocations": [share],
        "tips": [],
    }
    key = f"floor:{payment}"
    return {"key": key, "business_key": key, "at": clock.now(), **tiers, "body": body}
