"""Calls to the named functions that migrations create, the only place that speaks SQL at run time; and a transaction that
PostgreSQL breaks off for another's sake.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import OperationalError, connection
from psycopg import errors, sql

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)
# Broken off by PostgreSQL, with nothing written: two waited for each other, or read what the other wrote.
BROKEN_OFF = (errors.DeadlockDetected, errors.SerializationFailure)
TRIES = 3


def redone_when_broken_off(act: Callable[[], Answer]) -> Answer:
    """What ``act`` answers, which is one whole transaction: begun anew, up to ``TRIES`` times in all, where it lost a race.

    Inside a transaction it is tried once: what was broken off there can only be begun anew from outside.
    """
    for number in range(1, TRIES):
        try:
            return act()
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, BROKEN_OFF):
                raise
            logger.warning("transaction_redone", extra={"attempt": number, "problem": type(error.__cause__).__name__})
    return act()


def call_function(name: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows that the database function ``name`` answers for ``arguments``."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(name, len(arguments)), arguments)
        return cursor.fetchall()


@cache
def _statement(name: str, arguments: int) -> str:
    """Text, not an object of the driver: what wraps statements, as the trail of changes does, reads text."""
    placeholders = sql.SQL(", ").join([sql.Placeholder()] * arguments)
    return sql.SQL("SELECT * FROM {}({})").format(sql.Identifier(name), placeholders).as_string(None)
