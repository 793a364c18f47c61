"""``python -m bench [name …]``: runs the benchmarks and exits with 1 when a goal does not hold."""

import importlib
import os
import pkgutil
import sys

import bench

PARTS = {"__main__", "harness", "server", "settings", "wsgi", "urls", "floors", "world", "ledger_world", "booking_rows"}


def names() -> list[str]:
    """Every benchmark of this folder."""
    return sorted(each.name for each in pkgutil.iter_modules(bench.__path__) if each.name not in PARTS)


def main(wanted: list[str]) -> int:
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
