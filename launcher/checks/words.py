"""`python -m launcher.checks.words`: whatever the API says in words, it can say in every language of the project.

Messages are written in English where they arise. This reads them off the code, and compares them with the catalogues.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from apps.core.words import read_catalogue
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LOCALE = REPOSITORY / "config" / "locale"
# Whoever derives from one of these speaks to a caller; so do the calls of these names.
REFUSALS = {"DomainError", "APIException", "ValidationError", "PermissionDenied", "AuthenticationFailed", "NotFound"}
SPEAKERS = {"error_body", "success", "answer", "_act", "_refuse", "_plain", "AvailableAction"}
KEYWORDS = {"message", "errors", "reason"}
ATTRIBUTES = {
    "default_message",
    "default_detail",
    "message",
    "input_warnings",
    "last_error",
    "_WORDS",
    "_NOT_APPROVED",
    "_TOO_LATE",
    "_NO_REASON",
}
# Whose reasons nobody but operations and auditors read, in English; every other one goes into somebody's letter.
QUIET = {"alert_ops", "record"}
NOT_SAID = {"tests", "migrations", "admin", "management", "standins", "demo", "gateways"}


def sources(root: Path) -> list[ast.Module]:
    """The code that speaks to callers of the API, parsed."""
    paths = sorted(path for path in (root / "apps").rglob("*.py") if not NOT_SAID.intersection(path.parts))
    return [ast.parse(path.read_text()) for path in paths]


def messages(modules: list[ast.Module]) -> set[str]:
    """Everything that is said, with ``{0}``, ``{1}`` … where a value stands."""
    refusals = refusal_names(modules)
    return {
        text for module in modules for node in ast.walk(module) for text in said_by(node, refusals) if is_said(text)
    }


def refusal_names(modules: list[ast.Module]) -> set[str]:
    """The names of all refusals, found by what they derive from."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    known = set(REFUSALS)
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return known


def said_by(node: ast.AST, refusals: set[str]) -> Iterator[str]:
    """The messages that this piece of code says by itself."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        yield from set_by(node)
    elif isinstance(node, ast.Call) and name_of(node.func) in refusals | SPEAKERS:
        for value in (*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS)):
            yield from texts(value)
    elif isinstance(node, ast.Call) and name_of(node.func) not in QUIET:
        yield from (text for keyword in node.keywords if keyword.arg == "reason" for text in texts(keyword.value))
    elif isinstance(node, ast.FunctionDef) and node.name.startswith("objection"):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return):
                yield from texts(inner.value)


def set_by(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """The messages that are kept under a name by which they are said."""
    names = {name_of(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])}
    if names & ATTRIBUTES:
        yield from texts(node.value)
    elif "default_error_messages" in names and isinstance(node.value, ast.Dict):
        # The serializer formats these: doubled braces become single ones.
        yield from (text.replace("{{", "{").replace("}}", "}") for text in texts(node.value))


def texts(node: ast.AST | None) -> Iterator[str]:
    """The literal texts that a value may be; inside of lists and dictionaries as well."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield shape(node)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from texts(each)
    elif isinstance(node, ast.ListComp):
        yield from texts(node.elt)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from texts(each)
    elif isinstance(node, ast.DictComp):
        yield from texts(node.value)


def shape(node: ast.JoinedStr) -> str:
    """An f-string with numbered places for its values."""
    parts: list[str] = []
    count = 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{count}}}")
            count += 1
    return "".join(parts)


def is_said(text: str) -> bool:
    """Whether it is a message: more than a value, a word or a code."""
    return bool(re.search(r"[A-Za-z]{2}.* |[A-Za-z]{2}.*\.$", text))


def name_of(node: ast.AST) -> str:
    """The last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else name_of(node.value) if isinstance(node, ast.Subscript) else ""


def complaints(wanted: set[str], translated: dict[str, str]) -> Iterator[str]:
    """What the catalogue lacks, as entries to fill in, and what nobody says any more."""
    for text in sorted(wanted):
        if not translated.get(text):
            yield f"missing:\nmsgid {quoted(text)}\nmsgstr {quoted('')}\n"
        elif places(text) != places(translated[text]):
            yield f"other values than the original: {text}"
    yield from (f"said nowhere: {text}" for text in sorted(set(translated) - wanted))


def places(text: str) -> list[str]:
    """The values that stand in a message."""
    return sorted(re.findall(r"\{\d\}", text))


def quoted(text: str) -> str:
    """As a catalogue writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def languages() -> Iterable[tuple[str, dict[str, str]]]:
    """Every language that the project is translated into, with its catalogue."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        yield path.parent.parent.name, read_catalogue(path.read_text(encoding="utf-8"))


def main() -> int:
    """Complaints are on the terminal; the status says whether there are any."""
    wanted = messages(sources(REPOSITORY))
    found = [(language, line) for language, known in languages() for line in complaints(wanted, known)]
    for language, line in found:
        sys.stdout.write(f"{language}: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
