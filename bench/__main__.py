"""``python -m bench [name …] [--rows N]``: runs the benchmarks and exits with 1 when a goal does not hold."""

import argparse
import importlib
import os
import pkgutil
import sys

import bench

PARTS = {
    "__main__",
    "booking_rows",
    "floors",
    "harness",
    "ledger_world",
    "server",
    "settings",
    "storm_parts",
    "urls",
    "world",
    "wsgi",
}


def names() -> list[str]:
    """Every benchmark of this folder."""
    return sorted(each.name for each in pkgutil.iter_modules(bench.__path__) if each.name not in PARTS)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./guild bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rows", type=int, help="how many rows a benchmark of large tables fills in")
    given = parser.parse_args(arguments)
    wanted = given.names
    if given.rows:
        os.environ["BENCH_ROWS"] = str(given.rows)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(names())}.")
        return 2
    return max((importlib.import_module(f"bench.{name}").main() for name in wanted or names()), default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
