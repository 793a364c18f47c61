"""A request that waits for another which waits for it: PostgreSQL breaks one of them off, and nobody hears of it."""

import threading
from contextlib import suppress

import pytest
from django.db import OperationalError, connections, transaction
from psycopg import errors
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.core.api.responses import success
from apps.core.api.views import DomainView
from apps.core.database import TRIES, redone_when_broken_off
from apps.core.idempotency import idempotent
from apps.core.models import IdempotencyRecord


def broken_off(cause=errors.DeadlockDetected):
    error = OperationalError("deadlock detected")
    error.__cause__ = cause()
    return error


def failing(times, error):
    """An act that is broken off so many times before it is done."""
    begun = []

    def act():
        begun.append(len(begun))
        if len(begun) <= times:
            raise error
        return len(begun)

    return act, begun


class Crossing(DomainView):
    """Names two people, one after the other, in the order that the caller says."""

    meeting: threading.Barrier | None = None

    @idempotent
    @transaction.atomic
    def post(self, request) -> Response:
        first, second = request.data["people"]
        self.name(first, request.data["name"])
        if self.meeting is not None and not self.meeting.broken:
            with suppress(threading.BrokenBarrierError):
                self.meeting.wait(5)
            self.meeting.abort()
        self.name(second, request.data["name"])
        return success({"named": request.data["name"]})

    @staticmethod
    def name(person, name):
        User.objects.filter(pk=person).update(first_name=name)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_case_49_two_requests_that_cross_are_both_done():
    caller, *people = UserFactory.create_batch(3)
    names = [str(person.pk) for person in people]
    meeting, answers = threading.Barrier(2), {}

    def call(name, order):
        body, headers = {"people": order, "name": name}, {"Idempotency-Key": name}
        request = APIRequestFactory().post("/", body, format="json", headers=headers)
        force_authenticate(request, caller)
        try:
            answers[name] = Crossing.as_view(meeting=meeting)(request).status_code
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=call, args=("Ada", names)), threading.Thread(target=call, args=("Bayo", names[::-1]))
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {"Ada": 200, "Bayo": 200}
    assert len(set(User.objects.filter(pk__in=names).values_list("first_name", flat=True))) == 1
    assert IdempotencyRecord.objects.count() == 2


def test_without_a_key_nothing_is_redone_since_something_may_have_been_committed(rf):
    act, begun = failing(1, broken_off())
    view = idempotent(lambda view, request: act())

    with pytest.raises(OperationalError):
        view(None, Request(rf.post("/")))

    assert begun == [0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", [errors.DeadlockDetected, errors.SerializationFailure])
def test_what_was_broken_off_is_begun_anew(cause):
    act, begun = failing(TRIES - 1, broken_off(cause))

    assert redone_when_broken_off(act) == TRIES
    assert len(begun) == TRIES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("times", "error", "begun_times"), [(TRIES, broken_off(), TRIES), (1, broken_off(errors.AdminShutdown), 1)]
)
def test_what_goes_on_failing_or_fails_otherwise_rises(times, error, begun_times):
    act, begun = failing(times, error)

    with pytest.raises(OperationalError):
        redone_when_broken_off(act)

    assert len(begun) == begun_times


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_redone():
    act, begun = failing(1, broken_off())

    with transaction.atomic(), pytest.raises(OperationalError):
        redone_when_broken_off(act)

    assert begun == [0]
