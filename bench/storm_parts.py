"""The processes of a storm of web hooks: ``deliver`` posts signed web hooks, ``work`` acts on the inbox."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from apps.payments.standins.deliveries import Hook

PAUSE_S, BATCH = 0.05, 20


def write_deliveries(path: Path, deliveries: Sequence[tuple[str, Hook]]) -> None:
    """What a process that delivers is to deliver, a line each."""
    lines = (json.dumps([name, base64.b64encode(hook.body).decode()]) for name, hook in deliveries)
    path.write_text("\n".join(lines))


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this module; it is gone afterwards, whatever happened."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    command = [sys.executable, "-m", "bench.storm_parts", *arguments]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def let_go(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """All begin at once, as soon as the last of them is ready. Raises: RuntimeError where one did not come so far."""
    for process in processes:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("A process of the storm did not start.")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()


def _wait_for_the_start() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def deliver(path: str, port: str) -> None:
    """Every web hook of the file is posted on one kept connection, signed at that moment; leaves the latencies behind."""
    from apps.core import clock
    from apps.payments.gateways.signatures import sha512_signature, timestamped_signature
    from apps.payments.tests.storm import PAYSTACK_KEY, STRIPE_SECRET
    from bench.server import Client

    client, latencies = Client(int(port)), []
    _wait_for_the_start()
    for line in Path(path).read_text().splitlines():
        name, coded = json.loads(line)
        body = base64.b64decode(coded)
        headers = (
            {"x-paystack-signature": sha512_signature(body, PAYSTACK_KEY)}
            if name == "paystack"
            else {"Stripe-Signature": timestamped_signature(body, STRIPE_SECRET, at=clock.now())}
        )
        begun = time.perf_counter()
        client.call("POST", f"/api/v1/payments/webhooks/{name}/", body, headers=headers)
        latencies.append(time.perf_counter() - begun)
    Path(f"{path}.latencies").write_text(json.dumps(latencies))


def work() -> None:
    """The inbox is worked on until whoever started this closes the line."""
    from apps.core import clock, events
    from apps.payments import operations

    events.connect({})  # the desk by itself: what is paid for here is no row of any trade
    _wait_for_the_start()
    line = threading.Thread(target=sys.stdin.read, daemon=True)
    line.start()
    while line.is_alive():
        if not operations.process_inbox(clock.now(), BATCH):
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "work":
        work()
    else:
        deliver(*sys.argv[2:])
