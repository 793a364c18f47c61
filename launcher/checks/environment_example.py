"""`python -m launcher.checks.environment_example`: `.env.example` lists every variable that is read, and no other."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = REPOSITORY / ".env.example"
# Read by Django, Python or the servers themselves, or by `./guild` on one machine.
ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "GUILD_HOME", "GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH"}


def read_by_python(source: str) -> Iterator[str]:
    """The names that this code reads from the environment; a name made of parts gives its constant beginning and `*`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and is_environment(node.func):
            yield from constant(node.args[0])
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
            yield from constant(node.slice)


def is_environment(function: ast.expr) -> bool:
    """Whether the call is `env(…)`, `env.kind(…)`, `os.environ.get(…)` or `os.getenv(…)`."""
    if isinstance(function, ast.Name):
        return function.id == "env"
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    if isinstance(owner, ast.Name):
        return (
            owner.id == "env" and function.attr not in {"db_url_config", "cache_url_config", "read_env"}
        ) or function.attr == "getenv"
    return isinstance(owner, ast.Attribute) and owner.attr == "environ" and function.attr == "get"


def constant(node: ast.expr) -> Iterator[str]:
    """The name that the expression stands for, as far as it can be read off."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield f"{node.values[0].value!s}*"


def read_by_compose(text: str) -> set[str]:
    """The names that a compose file takes from its environment."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", text))


def listed(example: str) -> set[str]:
    """The names in `.env.example`, those in comments (`# NAME=`) included."""
    return set(re.findall(r"^(?:#\s?)?([A-Z][A-Z0-9_]*)=", example, flags=re.MULTILINE))


def complaints(wanted: set[str], named: set[str]) -> list[str]:
    """What is missing from the example, and what it names in vain."""
    prefixes = tuple(name[:-1] for name in wanted if name.endswith("*"))
    missing = [
        f"missing: {name}"
        for name in sorted(wanted - named - ELSEWHERE)
        if not (name.endswith("*") and any(one.startswith(name[:-1]) for one in named))
    ]
    stale = [
        f"read nowhere: {name}"
        for name in sorted(named - wanted - ELSEWHERE)
        if not name.startswith(prefixes or ("\0",))
    ]
    return missing + stale


def wanted_variables(root: Path) -> set[str]:
    """Every name that settings and the compose file read."""
    names = {name for path in root.glob("config/**/*.py") for name in read_by_python(path.read_text())}
    return names | read_by_compose((root / "docker-compose.yml").read_text())


def main() -> int:
    """Complaints are on the terminal; the status says whether there are any."""
    if not EXAMPLE.exists():
        sys.stdout.write(".env.example is missing\n")
        return 1
    found = complaints(wanted_variables(REPOSITORY), listed(EXAMPLE.read_text()))
    for line in found:
        sys.stdout.write(f".env.example: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
