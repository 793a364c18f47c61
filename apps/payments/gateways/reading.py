"""Reading what gateways send: their JSON may lack fields, add fields, or change types, and none of it may crash us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.payments.gateways.errors import SignatureInvalid


def mapping(value: object) -> dict[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """``value`` as text; nothing becomes the empty string."""
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def integer(value: object) -> int:
    """``value`` as a whole number; what is none becomes 0."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else 0
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal():
        return int(value)
    return 0


def optional_integer(value: object) -> int | None:
    """``value`` as a whole number, or None where there is none."""
    return integer(value) or None


def moment(value: object) -> datetime | None:
    """An aware moment from seconds since 1970 or from ISO 8601, or None."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
        if isinstance(value, str) and value:
            parsed = datetime.fromisoformat(value)
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def strings(value: object) -> dict[str, str]:
    """Metadata as flat text; Paystack sends it back as text, as an object or as nothing."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return {str(key): text(item) for key, item in mapping(value).items()}


def signed_json(body: bytes) -> dict[str, Any]:
    """The object in a body whose signature was already checked.

    Raises: SignatureInvalid if it is no JSON object, since no gateway signs such a thing.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SignatureInvalid("The body is not JSON.") from error
    if not isinstance(value, dict):
        raise SignatureInvalid("The body is not a JSON object.")
    return value


def header(headers: Mapping[str, str], name: str) -> str:
    """The header's value whatever its case; empty where it is missing."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")
