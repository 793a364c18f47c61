from dataclasses import dataclass, field

import pytest
from django.db import connection

from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core import events

BASE = "/api/v1"


@dataclass
class Heard:
    """Every fact that was stated, in order."""

    facts: list = field(default_factory=list)

    def of(self, kind):
        return [fact for fact in self.facts if type(fact) is kind]

    def last(self, kind):
        return self.of(kind)[-1]


@pytest.fixture
def heard(monkeypatch):
    """The facts that accounts state, in place of whoever acts on them."""
    from apps.accounts import events as facts

    kept = Heard()
    kinds = [each for each in vars(facts).values() if isinstance(each, type) and issubclass(each, events.Event)]
    monkeypatch.setattr(events, "_handlers", dict.fromkeys(kinds, (kept.facts.append,)))
    return kept


@pytest.fixture
def customer(db):
    return UserFactory()


@pytest.fixture
def admin(db):
    return UserFactory(admin=True)


@pytest.fixture
def login(api):
    """``login(user)`` answers the tokens of a fresh sign-in by password."""

    def sign_in(user, password=PASSWORD, **more):
        answer = api().post(f"{BASE}/auth/login/", {"email": user.email, "password": password, **more})
        assert answer.status_code == 200, answer.json()
        return answer.json()["data"]

    return sign_in


@pytest.fixture
def bearer(api):
    """``bearer(access)`` is a client that sends the access token."""
    return lambda access: api(Authorization=f"Bearer {access}")


@pytest.fixture
def without_triggers():
    """Within the block, the database's guards of one table are off, as if they had been dropped."""

    def drop(table, constraint):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')

    return drop
