"""Searching the lists of the back office by way of indexes, however large the tables are.

One condition over several joined tables makes PostgreSQL read all of them. So a word is first looked up in each related
table, which gives a few keys, and the list is then filtered by keys.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.text import smart_split, unescape_string_literal

# Related rows that one word may lead to.
RELATED = 1_000


@dataclass
class Search:
    """One search. A path is a field, or relations and a field; it is contained, or with ``=`` before it, is the word."""

    paths: tuple[str, ...]
    # Whether a word fitted more related rows than were followed.
    was_cut: bool = False

    def condition(self, model: type[Model], text: str) -> Q | None:
        """Rows of ``model`` that fit every word of the text; None if none can."""
        conditions = [self._of_word(model, self.paths, word) for word in words_of(text)]
        known = [condition for condition in conditions if condition is not None]
        return Q(*known) if len(known) == len(conditions) else None

    def _of_word(self, model: type[Model], paths: tuple[str, ...], word: str) -> Q | None:
        found = [condition for path in paths if (condition := self._of_path(model, path, word)) is not None]
        return Q(*found, _connector=Q.OR) if found else None

    def _of_path(self, model: type[Model], path: str, word: str) -> Q | None:
        mark, name = ("=", path[1:]) if path.startswith("=") else ("", path)
        relation, _, rest = name.partition("__")
        if rest:
            return self._of_relation(model, relation, f"{mark}{rest}", word)
        if not mark:
            return Q(**{f"{name}__icontains": word})
        spellings = _spellings(model._meta.get_field(name), word)
        return Q(**{f"{name}__in": spellings}) if spellings else None

    def _of_relation(self, model: type[Model], relation: str, rest: str, word: str) -> Q | None:
        related: Any = model._meta.get_field(relation).related_model
        condition = self._of_word(related, (rest,), word)
        if condition is None:
            return None
        rows = related._base_manager.filter(condition).order_by("-pk").values_list("pk", flat=True)
        keys = list(rows[: RELATED + 1])
        self.was_cut = self.was_cut or len(keys) > RELATED
        return Q(**{f"{relation}__in": keys[:RELATED]}) if keys else None


def words_of(text: str) -> list[str]:
    """The words of a search; what stands in quotes is one word."""
    return [unescape_string_literal(bit) if bit[0] in "'\"" and bit[-1] == bit[0] else bit for bit in smart_split(text)]


def _spellings(field: Any, word: str) -> list[Any]:
    """The word as the field may hold it: a key, or a code in either case; nothing if it cannot."""
    fits = []
    for spelling in sorted({word, word.upper(), word.lower()}):
        try:
            value = field.to_python(spelling)
            field.run_validators(value)
        except ValidationError:
            continue
        fits.append(value)
    return list(dict.fromkeys(fits))
