"""Fixtures that every app's tests share."""

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

import pytest
from django.core.cache import cache as redis_cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from rest_framework.test import APIClient

from apps.core import clock, outbox
from apps.core.testing import BackOfficeBrowser

# How long an example takes is the machine's affair, never a test's.
hypothesis_settings.register_profile("guild", deadline=None)
hypothesis_settings.load_profile("guild")

# A Wednesday, 10:00 in Lagos; far from any change of clocks.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


# What migrating wrote, and no test changes.
_STAYS = {"django_content_type", "auth_permission", "subscriptions_plan", "subscriptions_planprice"}


@cache
def _tables():
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _empty_tables(self):
    """Tests with real transactions empty the tables afterwards; rows that may never go must go then, too.

    Only tables that hold something are emptied, row by row: truncating all of them takes a second each time.
    """
    names = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL(" UNION ALL ").join(map(_holds_something, names)).as_string(cursor.connection))
        filled = {name for (name,) in cursor.fetchall()} - _STAYS
        if filled:
            deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in sorted(filled)]
            cursor.execute(sql.SQL(";").join(deletes).as_string(cursor.connection))


def _holds_something(name):
    return sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(name), sql.Identifier(name))


TransactionTestCase._fixture_teardown = _empty_tables


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Stories of one module share what they start, and so one worker; every other test goes to whoever is free."""
    from xdist.scheduler import LoadScopeScheduling

    class OneWorkerAStory(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid.partition("::")[0] if nodeid.startswith("tests/stories/") else nodeid

    return OneWorkerAStory(config, log)


@pytest.fixture(autouse=True)
def _fresh_caches():
    redis_cache.clear()
    clock.forget_offset()
    yield
    clock.forget_offset()


@pytest.fixture(autouse=True)
def now():
    """The clock stands still at one moment in every test; a test moves it with ``clock.frozen``."""
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def api():
    """``api(user)`` is a client signed in as the user; ``api()`` is an anonymous one."""

    def client(user=None, **headers):
        made = APIClient(headers=headers)
        if user is not None:
            made.force_authenticate(user)
        return made

    return client


@pytest.fixture
def client():
    return BackOfficeBrowser()


@pytest.fixture
def drain_outbox():
    """Carries out everything that committed transactions have ordered, as a worker would."""

    def drain(at=None):
        total = 0
        while (claimed := outbox.drain(at=at or clock.now())) > 0:
            total += claimed
        return total

    return drain


@pytest.fixture
def count_queries():
    """``with count_queries() as counted: …; len(counted)``."""

    @contextmanager
    def counting():
        with CaptureQueriesContext(connection) as counted:
            yield counted

    return counting
