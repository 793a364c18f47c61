"""The values of a notification: checked against its kind when it is made, shown as words when it is rendered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.dateformat import format as format_date

from apps.core import encryption
from apps.core.money import Money, money_words
from apps.core.words import said
from apps.notifications.errors import MissingValue, UnknownVariable
from apps.notifications.kinds import Kind, Variable, VariableType

_SEALED = "sealed"
_FORGOTTEN = "forgotten"


def encode(kind: Kind, context: Mapping[str, Any], *, secrets: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The context as JSON, secrets encrypted: those of the kind, and those named.

    Raises: UnknownVariable for a name that the kind does not declare; TypeError for a value of another type.
    """
    if unknown := sorted(set(context) - set(kind.variables)):
        raise UnknownVariable(f"{kind.name} declares no {', '.join(unknown)}")
    return {
        name: _encoded(name, kind.variables[name], value, is_secret=name in secrets)
        for name, value in context.items()
        if value is not None
    }


def _encoded(name: str, variable: Variable, value: Any, *, is_secret: bool) -> Any:
    plain = _plain(name, variable.type, value)
    return {_SEALED: encryption.encrypt(plain)} if variable.secret or is_secret else plain


def _plain(name: str, wanted: VariableType, value: Any) -> Any:
    match wanted:
        case VariableType.MONEY if isinstance(value, Money):
            return {"amount_minor": value.amount_minor, "currency": value.currency}
        case VariableType.MOMENT if isinstance(value, datetime) and value.tzinfo is not None:
            return value.isoformat()
        case VariableType.DATE if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        case VariableType.NUMBER if type(value) is int:
            return value
        case VariableType.URL if str(value).startswith(("https://", "http://", "/")):
            return str(value)
        case VariableType.TEXT if not isinstance(value, bytes | dict | list | datetime | Money):
            return str(value)
    raise TypeError(f"{name} is to be {wanted}, not {type(value).__name__}")


def has_secrets(stored: Mapping[str, Any]) -> bool:
    """Whether something in the stored context is kept encrypted."""
    return any(_is_sealed(value) for value in stored.values())


def forgotten(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored context without its secrets."""
    return {name: {_FORGOTTEN: True} if _is_sealed(value) else value for name, value in stored.items()}


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and _SEALED in value


def shown(kind: Kind, stored: Mapping[str, Any], *, time_zone: str) -> dict[str, str]:
    """Every variable of the kind as words; moments in the context's own time zone, or else in ``time_zone``.

    A reason that the platform gave, rather than a person, is in the language in hand.

    Raises: MissingValue where a required one is not there.
    """
    zone = _zone(stored.get("time_zone")) or _zone(time_zone) or ZoneInfo("UTC")
    words = {}
    for name, variable in kind.variables.items():
        value = stored.get(name)
        if value in (None, "") or (isinstance(value, dict) and value.get(_FORGOTTEN)):
            if variable.required:
                raise MissingValue(name)
            words[name] = ""
        else:
            words[name] = _worded(variable, value, zone)
        if name == "reason":
            words[name] = said(words[name])
    return words


def examples(kind: Kind) -> dict[str, Any]:
    """A context of the kind's own examples, as stored."""
    return encode(kind, {name: variable.example for name, variable in kind.variables.items()})


def _worded(variable: Variable, value: Any, zone: ZoneInfo) -> str:
    if _is_sealed(value):
        value = encryption.decrypt(value[_SEALED])
    match variable.type:
        case VariableType.MONEY:
            return money_words(value["amount_minor"], value["currency"])
        case VariableType.MOMENT:
            return moment_words(datetime.fromisoformat(value), zone)
        case VariableType.URL if value.startswith("/"):
            return settings.PUBLIC_BASE_URL + value
        case VariableType.DATE:
            return format_date(date.fromisoformat(value), "l j F Y")
        case _:
            return str(value)


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """``Friday 20 November 2026, 10:00 (WAT)``."""
    there = moment.astimezone(zone)
    name = there.tzname() or "UTC"
    place = f"UTC{name}" if name[:1] in "+-" else name
    return f"{format_date(there, 'l j F Y, H:i')} ({place})"


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
