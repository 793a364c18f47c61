"""Answers with words for people."""

from typing import Any

from rest_framework.response import Response


def success(data: Any = None, *, message: str = "", status: int = 200, warnings: list[str] | None = None) -> Response:
    """An answer whose envelope carries ``message``, and ``warnings`` where the request named unknown fields."""
    response = Response(data, status=status)
    response.message = message  # type: ignore[attr-defined]  # read by the envelope's renderer
    response.warnings = warnings or []  # type: ignore[attr-defined]
    return response
