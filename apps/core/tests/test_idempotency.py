import threading

import pytest
from django.db import connection, connections
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.views import DomainView
from apps.core.errors import Conflict
from apps.core.idempotency import idempotent
from apps.core.models import IdempotencyRecord, OutboxMessage


class Counted(DomainView):
    """Writes one row per call, so that calls can be counted in the database."""

    barrier: threading.Event | None = None

    @idempotent
    def post(self, request: Request) -> Response:
        if request.data.get("refuse"):
            raise Conflict
        at = clock.now()
        OutboxMessage.objects.create(task="apps.core.tasks.x", due_at=at, created_at=at)
        if self.barrier is not None:
            self.barrier.wait(5)
        return success({"made": OutboxMessage.objects.count()}, message="Made.", status=201)


def call(user, key, body=None, barrier=None):
    headers = {"Idempotency-Key": key} if key is not None else {}
    request = APIRequestFactory().post("/made/", body or {}, format="json", headers=headers)
    force_authenticate(request, user)
    response = Counted.as_view(barrier=barrier)(request)
    response.render()
    return response


@pytest.mark.django_db
def test_the_same_key_and_body_replays_the_answer_and_not_the_act(customer):
    first, second = call(customer, "key-1"), call(customer, "key-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(customer):
    call(customer, "key-1")

    answer = call(customer, "key-1", {"other": 1})

    assert (answer.status_code, answer.data["code"]) == (422, "idempotency_key_reused")
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_people_do_not_meet(customer, admin_user):
    call(customer, "key-1")

    assert call(admin_user, "key-1").status_code == 201
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db
def test_a_refusal_is_not_remembered(customer):
    assert call(customer, "key-1", {"refuse": True}).status_code == 409

    assert list(IdempotencyRecord.objects.all()) == []
    assert list(OutboxMessage.objects.all()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused(customer, key):
    assert call(customer, key).status_code == 400


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_still_running_is_told_apart_from_one_that_is_done(customer, now):
    barrier, answers = threading.Event(), []

    def first():
        with clock.frozen(now):
            answers.append(call(customer, "key-1", barrier=barrier).status_code)
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    while not _lock_is_held():
        pass
    second = call(customer, "key-1")
    barrier.set()
    thread.join()

    assert answers == [201]
    assert (second.status_code, second.data["code"], second.data["retryable"]) == (409, "idempotency_key_in_use", True)
    assert call(customer, "key-1").status_code == 201
    assert OutboxMessage.objects.count() == 1


def _lock_is_held():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(customer, now):
    answers = []

    def run():
        with clock.frozen(now):
            answers.append(call(customer, "key-1").status_code)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {201, 409}
    assert answers.count(201) >= 1
    assert OutboxMessage.objects.count() == 1
