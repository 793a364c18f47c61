"""Columns and lines of the back office that show stored values as people read them."""

from collections.abc import Sequence
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateformat import format as format_date

from apps.core.money import money_words

# A column may stand as a method of its admin, or by itself in a list of fields: then it is given the row alone.


def money_of(field: str, label: str = "", *, currency: str = "currency") -> Any:
    """A column that shows minor units as money; ``currency`` is the way to the row's currency, with dots."""

    @admin.display(description=label or field.removesuffix("_minor").replace("_", " "), ordering=field)
    def column(owner_or_row: Any, row: Any = None) -> str:
        row = owner_or_row if row is None else row
        return money_words(getattr(row, field) or 0, reduce(getattr, currency.split("."), row))

    column.__name__ = f"{field}_as_money"
    return column


def local_moment(field: str, label: str = "", *, zone: str = "time_zone") -> Any:
    """A column that shows a moment by the clock of the row's own place; ``zone`` is the way to its name, with dots."""

    @admin.display(description=label or field.replace("_", " "), ordering=field)
    def column(owner_or_row: Any, row: Any = None) -> str:
        row = owner_or_row if row is None else row
        moment = getattr(row, field)
        there = ZoneInfo(reduce(getattr, zone.split("."), row))
        return format_date(moment.astimezone(there), "D j M Y, H:i T") if moment else "–"

    column.__name__ = f"{field}_there"
    return column


def with_money(model: type[Model], names: Sequence[Any]) -> list[Any]:
    """The names, with each amount of minor units replaced by a column of money where rows know their currency."""
    try:
        model._meta.get_field("currency")
    except FieldDoesNotExist:
        return list(names)
    return [money_of(name) if isinstance(name, str) and name.endswith("_minor") else name for name in names]
