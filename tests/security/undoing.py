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


class Print:
    """A digest of every table as it is now, by which a change is seen later in the same transaction."""

    def __init__(self, aside=()):
        tables = connection.introspection.table_names()
        self._aside = _ASIDE | set(aside)
        self._writes = writes()
        self._digests = self._of(name for name in tables if not name.startswith("spatial"))

    def changed(self):
        """Names of the tables that are not as they were; only those are looked at that were written to."""
        now = writes()
        touched = [name for name, count in now.items() if count != self._writes.get(name)]
        self._writes = now
        return sorted(name for name, found in self._of(touched).items() if self._digests.get(name) != found)

    def _of(self, tables):
        parts = [
            f"SELECT '{name}', count(*), coalesce(bit_xor(hashtextextended(t::text, 0)), 0) FROM \"{name}\" t"
            for name in tables
            if name not in self._aside
        ]
        if not parts:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return {name: (rows, digest) for name, rows, digest in cursor.fetchall()}


def written_since(earlier):
    """Names of the tables to which anything was written since ``earlier``, an answer of ``writes``."""
    return sorted(name for name, count in writes().items() if count != earlier.get(name))


def writes():
    """How many rows this transaction has written to each table, also where that was undone since."""
    assert connection.in_atomic_block, "Rows are counted within a transaction."
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())
