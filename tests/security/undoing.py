"""Requests that leave nothing behind, and a print of all rows by which a change is seen."""

from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

# Written by Django's own machinery, or by noting that somebody was here.
_ASIDE = {"django_migrations", "django_session"}


@contextmanager
def undone():
    """What is written inside is gone afterwards; what would have failed at the commit fails here."""
    around = transaction.atomic()
    # The product's outermost transactions may begin inside it, as they may inside a test's own.
    around._from_testcase = True
    with around:
        yield
        if not connection.needs_rollback and connection.connection.info.transaction_status != TransactionStatus.INERROR:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
    cache.clear()


def print_of_all_rows(aside=()):
    """A digest per table; two prints are equal when no row was added, changed or removed in between."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if name not in _ASIDE | set(aside) and not name.startswith("spatial")
    ]
    parts = " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(bit_xor(hashtextextended(t::text, 0)), 0) FROM \"{name}\" t"
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return {name: (rows, digest) for name, rows, digest in cursor.fetchall()}


def changed_tables(before, after):
    """Names of the tables in which something changed."""
    return sorted(name for name in after if before.get(name) != after[name])
