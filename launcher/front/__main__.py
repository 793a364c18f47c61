"""`python -m launcher.front --port 8000 --web 20001 --live 20002`: the front runs until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal

from launcher.front.relay import Client, Servers

try:
    import uvloop
except ImportError:
    uvloop = None  # type: ignore[assignment]

GRACE_SECONDS = 5.0


async def serve(host: str, port: int, servers: Servers) -> None:
    """Requests are passed on until a signal; then those under way have a moment to end."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopped.set)
    clients: set[Client] = set()

    def welcome() -> Client:
        client = Client(servers, clients.discard)
        clients.add(client)
        return client

    server = await loop.create_server(welcome, host, port, backlog=1024, reuse_address=True)
    await stopped.wait()
    server.close()
    for client in tuple(clients):
        client.close()
    deadline = loop.time() + GRACE_SECONDS
    while clients and loop.time() < deadline:  # noqa: ASYNC110 - once, on the way out
        await asyncio.sleep(0.05)


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser(prog="launcher.front")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--web", type=int, required=True)
    parser.add_argument("--live", type=int, required=True)
    given = parser.parse_args()
    if uvloop is not None:
        uvloop.install()
    asyncio.run(serve(given.host, given.port, Servers(given.web, given.live)))


if __name__ == "__main__":
    main()
