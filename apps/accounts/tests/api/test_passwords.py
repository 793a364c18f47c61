from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import LinkEnded
from apps.accounts.events import PasswordChanged, PasswordResetRequested
from apps.accounts.models import User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core import clock
from apps.core.models import AuditEntry, OutboxMessage

pytestmark = pytest.mark.django_db
NEW = "Another-Good-One-4"


def test_changing_the_password_ends_every_token_and_answers_new_ones(login, bearer, api, customer, heard):
    here, there = login(customer), login(customer)

    answer = bearer(here["access"]).put(f"{BASE}/auth/password/", {"current_password": PASSWORD, "new_password": NEW})

    assert answer.status_code == 200
    for tokens in (here, there):
        assert bearer(tokens["access"]).get(f"{BASE}/auth/user/").status_code == 401
        assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401
    assert bearer(answer.json()["data"]["access"]).get(f"{BASE}/auth/user/").status_code == 200
    assert heard.last(PasswordChanged).by_reset is False
    assert AuditEntry.objects.filter(action="user.password_changed", target_id=str(customer.pk)).count() == 1
    login(customer, password=NEW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": "wrong", "new_password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ({"current_password": PASSWORD, "new_password": PASSWORD}, "new_password"),
        ({"current_password": PASSWORD}, "new_password"),
    ],
)
def test_a_refused_change_changes_nothing(api, customer, body, field):
    answer = api(customer).put(f"{BASE}/auth/password/", body)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    customer.refresh_from_db()
    assert (customer.token_version, customer.check_password(PASSWORD)) == (1, True)


def test_guessing_ones_own_password_locks_out(api, customer):
    for _ in range(5):
        answer = api(customer).put(f"{BASE}/auth/password/", {"current_password": "wrong", "new_password": NEW})
    assert answer.status_code == 400

    answer = api(customer).put(f"{BASE}/auth/password/", {"current_password": PASSWORD, "new_password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (429, "locked_out")


def test_forgetting_answers_the_same_and_does_the_same_work(api, customer, count_queries):
    answers, costs = [], []
    for email in (customer.email, "nobody@example.com"):
        with count_queries() as counted:
            answers.append(api().post(f"{BASE}/auth/password/forgot/", {"email": email}))
        costs.append(len(counted))

    assert answers[0].json() == answers[1].json()
    assert answers[0].status_code == 200
    assert costs[0] == costs[1]
    assert OutboxMessage.objects.count() == 2


def _link(heard, drain_outbox, api, **contact):
    api().post(f"{BASE}/auth/password/forgot/", contact)
    drain_outbox()
    return heard.last(PasswordResetRequested).token


def test_a_link_sets_a_new_password_once(api, customer, heard, drain_outbox, login):
    tokens = login(customer)
    token = _link(heard, drain_outbox, api, email=customer.email.upper())

    assert api().post(f"{BASE}/auth/password/reset/", {"token": token, "new_password": NEW}).status_code == 200
    again = api().post(f"{BASE}/auth/password/reset/", {"token": token, "new_password": "Yet-Another-One-5"})

    assert (again.status_code, again.json()["code"]) == (400, "link_ended")
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401
    assert heard.last(PasswordChanged).by_reset is True
    login(customer, password=NEW)


def test_a_weak_password_does_not_use_the_link_up(api, customer, heard, drain_outbox):
    token = _link(heard, drain_outbox, api, email=customer.email)

    weak = api().post(f"{BASE}/auth/password/reset/", {"token": token, "new_password": "12345"})
    good = api().post(f"{BASE}/auth/password/reset/", {"token": token, "new_password": NEW})

    assert (weak.status_code, weak.json()["code"], good.status_code) == (400, "password_weak", 200)


def test_a_link_ends_after_an_hour(api, customer, heard, drain_outbox, now):
    token = _link(heard, drain_outbox, api, email=customer.email)

    with pytest.raises(LinkEnded):
        operations.reset_password(token=token, new_password=NEW, at=now + timedelta(hours=1))


def test_a_link_goes_by_phone_to_those_without_mail(api, heard, drain_outbox):
    user = UserFactory(phone_only=True)

    _link(heard, drain_outbox, api, phone=user.phone)

    assert heard.last(PasswordResetRequested).user_id == user.pk


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": "a@example.com", "phone": "+2348031234567"}])
def test_one_contact_is_named(api, body):
    assert api().post(f"{BASE}/auth/password/forgot/", body).status_code == 400


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_guest": True}])
def test_closed_accounts_get_no_link(api, heard, drain_outbox, gone):
    user = UserFactory(**gone)

    api().post(f"{BASE}/auth/password/forgot/", {"email": user.email})
    drain_outbox()

    assert heard.of(PasswordResetRequested) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_used_by_many_at_once_works_once(heard, now):
    user = UserFactory()
    operations.send_password_reset(email=user.email, at=now)
    token = heard.last(PasswordResetRequested).token

    def reset(number):
        try:
            with clock.frozen(now):
                operations.reset_password(token=token, new_password=f"Another-Good-One-{number}", at=now)
        except LinkEnded:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(reset, range(4))) == 1
    assert User.objects.get().token_version == 2
