"""Letters: the files from which the words of each kind are seeded, and how one becomes a mail's two parts.

A file is headed by ``subject``, ``title``, ``push`` and ``sms``, then a line ``---``, then the letter, line by line::

    # a headline                    | Label | value         one row of a table of facts
    [Label](address)   a button     > small print           ?name …    the line only if ``name`` has a value

Rows and buttons are left out where their value is empty. Everything else is a paragraph.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.notifications import kinds
from apps.notifications.kinds import Kind

FOLDER = Path(__file__).resolve().parent / "words"
DEFAULT_LANGUAGE = "en"
_ONLY_IF = re.compile(r"\?(\w+)\s+(.*)")
_BUTTON = re.compile(r"\[(.+?)\]\((.+)\)")
_NAME = re.compile(r"\{\{\s*(\w+)")


@dataclass(frozen=True, kw_only=True)
class Words:
    """The six parts of a kind's words: as templates, or rendered."""

    subject: str
    html: str
    text: str
    title: str
    push: str
    sms: str


PARTS = ("subject", "html", "text", "title", "push", "sms")


def languages() -> list[str]:
    """The languages that there are letters in."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@cache
def letter(kind_name: str, language: str) -> Words | None:
    """The words that the project's files give a kind, or None where there is no letter in that language."""
    path = FOLDER / language / f"{kind_name}.letter"
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else None


def seed(kind: Kind | str, language: str) -> Words:
    """The words of the project's files in the language, or else in English, in which every kind has a letter."""
    name = kinds.get(kind).name
    found = letter(name, language) or letter(name, DEFAULT_LANGUAGE)
    if found is None:
        raise LookupError(f"{name} has no letter")
    return found


def parse(source: str) -> Words:
    """The parts of a letter. Raises: ValueError where one is missing."""
    head, separator, body = source.partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if line.strip())
    if not separator or set(fields) != {"subject", "title", "push", "sms"}:
        raise ValueError("A letter has a subject, a title, a push and an sms line, then ---, then its body")
    lines = [line.strip() for line in body.strip().splitlines()]
    return Words(html=_html(lines), text=_text(lines), **fields)


def _html(lines: list[str]) -> str:
    parts: list[str] = []
    in_table = False
    for line in filter(None, lines):
        is_row = line.startswith("|")
        if is_row != in_table:
            parts.append('<table class="facts" role="presentation">' if is_row else "</table>")
            in_table = is_row
        made = _html_line(line)
        # One button is the one to press; what follows it is quieter.
        is_second = any('class="button"' in part for part in parts)
        parts.append(made.replace('class="button"', 'class="button quiet"') if is_second else made)
    return "\n".join([*parts, "</table>"] if in_table else parts)


def _html_line(line: str) -> str:
    if found := _ONLY_IF.fullmatch(line):
        return _only_if(found[1], _html_line(found[2]))
    if line.startswith("# "):
        return f"<h1>{line[2:]}</h1>"
    if line.startswith("> "):
        return f'<p class="small">{line[2:]}</p>'
    if line.startswith("|"):
        label, value = _row(line)
        return _where_filled(value, f"<tr><th>{label}</th><td>{value}</td></tr>")
    if found := _BUTTON.fullmatch(line):
        return _where_filled(found[2], f'<p class="action"><a class="button" href="{found[2]}">{found[1]}</a></p>')
    return f"<p>{line}</p>"


def _text(lines: list[str]) -> str:
    parts: list[str] = []
    was_row = False
    for line in filter(None, lines):
        is_row = line.startswith("|")
        parts.append(_text_line(line, gap="" if is_row and was_row else "\n"))
        was_row = is_row
    return "".join(parts).strip() + "\n"


def _text_line(line: str, *, gap: str) -> str:
    if found := _ONLY_IF.fullmatch(line):
        return _only_if(found[1], _text_line(found[2], gap=gap))
    if line.startswith("|"):
        label, value = _row(line)
        return _where_filled(value, f"{gap}{label}: {value}\n")
    if found := _BUTTON.fullmatch(line):
        return _where_filled(found[2], f"{gap}{found[1]}:\n{found[2]}\n")
    return f"{gap}{line.removeprefix('# ').removeprefix('> ')}\n"


def _row(line: str) -> tuple[str, str]:
    label, _, value = line.strip("|").partition("|")
    return label.strip(), value.strip()


def _where_filled(value: str, line: str) -> str:
    names = _NAME.findall(value)
    return _only_if(names[0], line) if names else line


def _only_if(name: str, line: str) -> str:
    return "{% if " + name + " %}" + line + "{% endif %}"
