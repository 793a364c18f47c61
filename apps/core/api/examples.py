"""Dates in the examples of requests stay ahead: an example can be sent as it is written, whenever it is read."""

import re
from datetime import date, timedelta
from typing import Any

from apps.core import clock

# The day on which the examples are thought to be read; dates before it are not about what is to come.
WRITTEN_ON = date(2026, 11, 18)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|T\d)")


def keep_examples_ahead(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:  # the hook's signature
    """Every date to come of a request's example lies as many days ahead as when it was written, give or take a week.

    A schema that nobody asks for over HTTP, such as a file of it, is the same on every day.
    """
    if request is None:
        return result
    weeks = -(-(clock.now().date() - WRITTEN_ON).days // 7)
    if weeks <= 0:
        return result
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    example["value"] = _moved(example["value"], timedelta(weeks=weeks))
    return result


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _moved(each, by) for name, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, by) for each in value]
    if not isinstance(value, str) or not (found := _DAY.match(value)):
        return value
    day = date.fromisoformat(found[0])
    return value if day < WRITTEN_ON else f"{day + by}{value[found.end() :]}"
