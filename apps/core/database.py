"""Calls to the named functions that migrations create; the only place that speaks SQL at run time."""

from typing import Any

from django.db import connection
from psycopg import sql


def call_function(name: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows that the database function ``name`` answers for ``arguments``."""
    placeholders = sql.SQL(", ").join([sql.Placeholder()] * len(arguments))
    statement = sql.SQL("SELECT * FROM {}({})").format(sql.Identifier(name), placeholders)
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()
