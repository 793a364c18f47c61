"""Calls to the named functions that migrations create; the only place that speaks SQL at run time."""

from functools import cache
from typing import Any

from django.db import connection
from psycopg import sql


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
