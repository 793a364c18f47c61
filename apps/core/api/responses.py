"""Answers with words for people, and answers that are JSON already."""

from typing import Any

from rest_framework.response import Response


class WrittenJson(str):
    """What a view answers as JSON that it has written itself, because building and encoding values would take too long."""

    __slots__ = ()


def success(data: Any = None, *, message: str = "", status: int = 200, warnings: list[str] | None = None) -> Response:
    """An answer whose envelope carries ``message``, and ``warnings`` where the request named unknown fields."""
    response = Response(data, status=status)
    response.message = message  # type: ignore[attr-defined]  # read by the envelope's renderer
    response.warnings = warnings or []  # type: ignore[attr-defined]
    return response
