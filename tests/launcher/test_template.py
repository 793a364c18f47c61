from types import SimpleNamespace

import pytest

from launcher import template

ENVIRONMENT = {"DATABASE_URL": "postgis://guild:secret@127.0.0.1:5432/guild"}


class Server:
    """Remembers what it was told, and has the databases of an earlier day."""

    known: list[str]
    told: list[str]

    def __init__(self, home, environment):
        type(self).told = []

    def databases(self):
        return ["postgres", "guild", *self.known]

    def run(self, statement):
        self.told.append(statement)

    def url_of(self, database):
        return f"postgis:///{database}"


@pytest.fixture
def provided(monkeypatch, tmp_path):
    def provide(known):
        Server.known = known
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setattr(template, "Server", Server)
        monkeypatch.setattr(template, "fingerprint", lambda: "today")
        migrated = []
        monkeypatch.setattr(template.console, "run", lambda command, **options: migrated.append(options["env"]))
        found = template.provide(SimpleNamespace(python="python", logs=tmp_path), ENVIRONMENT)
        return found, migrated, Server.told

    return provide


def test_what_is_there_is_used_as_it_is(provided):
    found, migrated, told = provided(["migrated_today"])

    assert (found, migrated, told) == ({"TEST_DATABASE_TEMPLATE": "migrated_today"}, [], [])


def test_other_days_and_interrupted_runs_are_dropped_and_a_new_one_is_named_when_it_is_whole(provided):
    found, migrated, told = provided(["migrated_yesterday", "migrating"])

    assert found == {"TEST_DATABASE_TEMPLATE": "migrated_today"}
    assert migrated == [{"DATABASE_URL": "postgis:///migrating"}]
    assert told == [
        'DROP DATABASE "migrated_yesterday" WITH (FORCE)',
        'DROP DATABASE "migrating" WITH (FORCE)',
        'CREATE DATABASE "migrating"',
        'ALTER DATABASE "migrating" RENAME TO "migrated_today"',
    ]


def test_a_server_that_the_caller_named_is_left_as_it_is(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://elsewhere/db")

    assert template.provide(None, ENVIRONMENT) == {}


def test_a_changed_migration_changes_the_fingerprint(monkeypatch, tmp_path):
    migration = tmp_path / "apps/x/migrations/0001_initial.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("one")
    monkeypatch.setattr(template, "REPOSITORY", tmp_path)
    first = template.fingerprint()
    migration.write_text("two")

    assert template.fingerprint() != first
