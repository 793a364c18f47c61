"""Structured logs: JSON with the request id from the edge, plain words on a developer's machine; never a secret."""

import logging
from typing import Any

import structlog

from apps.core.redaction import strike_secrets

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    strike_secrets,
    structlog.processors.format_exc_info,
]


def formatter(style: str = "json") -> logging.Formatter:
    """A formatter for ``logging`` that writes one JSON object a line, or readable lines for ``style="console"``."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if style == "console" else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
