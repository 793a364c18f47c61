"""Telling ops that something about money needs a person."""

import logging
from datetime import datetime
from typing import Any

from apps.core import audit

logger = logging.getLogger(__name__)


def alert_ops(what: str, *, target: Any, at: datetime, reason: str) -> None:
    """The trail says what is wrong with ``target``, and so does the log, from where alarms are raised."""
    audit.record(f"payments.alert.{what}", target=target, by=None, at=at, reason=reason)
    logger.error("payments_alert", extra={"what": what, "target": str(target), "reason": reason})
