"""What the API says, in the language that the request asks for (``Accept-Language``).

Messages are written in English where they arise, and kept in English where they are stored; the envelope says them in
the caller's language. A message with values in it is known by its shape: ``You can keep {0} addresses.`` The gettext
catalogues, ``config/locale/<language>/LC_MESSAGES/django.po``, are read as they are: nothing has to be compiled.
"""

import re
from ast import literal_eval
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

_ENTRY = re.compile(r'^msgid ((?:".*"\s+)+)msgstr ((?:".*"\s*)+)', re.MULTILINE)
_PLACE = re.compile(r"\\\{(\d)\\\}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What messages become in one language: word for word, or by their shape."""

    known: dict[str, str]
    shapes: tuple[tuple[re.Pattern[str], str], ...]

    def say(self, text: str) -> str:
        """The message in this language, or as it is where nobody has translated it."""
        if (found := self.known.get(text)) is not None:
            return found
        for shape, translation in self.shapes:
            if match := shape.fullmatch(text):
                return re.sub(r"\{(\d)\}", lambda place: match[f"v{place[1]}"], translation)
        return text


def said(text: Any) -> str:
    """The message in the language of the request in hand."""
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return str(text) if language == settings.LANGUAGE_CODE else catalogue_of(language).say(str(text))


def said_throughout(value: Any) -> Any:
    """Every message inside of ``value``, such as a refusal's ``errors`` by field, in the language of the request."""
    if isinstance(value, dict):
        return {name: said_throughout(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [said_throughout(each) for each in value]
    return said(value) if isinstance(value, str) else value


@cache
def catalogue_of(language: str) -> Catalogue:
    """The translations into the language; none where there is no such catalogue."""
    known: dict[str, str] = {}
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / language / "LC_MESSAGES" / "django.po"
        if path.is_file():
            known |= read_catalogue(path.read_text(encoding="utf-8"))
    return made_of(known)


def made_of(known: dict[str, str]) -> Catalogue:
    """The catalogue of these messages."""
    # What says most by itself is tried first, so that a general shape takes nothing from a more exact one.
    shaped = sorted((text for text in known if "{0}" in text), key=lambda text: -len(re.sub(r"\{\d\}", "", text)))
    return Catalogue(known=known, shapes=tuple((_shape_of(text), known[text]) for text in shaped))


def read_catalogue(source: str) -> dict[str, str]:
    """The messages of a gettext catalogue that have a translation."""
    found = {_joined(original): _joined(translation) for original, translation in _ENTRY.findall(source)}
    return {original: translation for original, translation in found.items() if original and translation}


def _joined(lines: str) -> str:
    return "".join(literal_eval(line) for line in lines.splitlines() if line.strip())


def _shape_of(text: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<v\1>.+?)", re.escape(text)), re.DOTALL)
