import threading

import pytest
from django.db import connections, transaction
from structlog.contextvars import get_contextvars

from apps.core import clock, context, outbox, tasks
from apps.core.models import OutboxMessage

CALLS = []


@pytest.fixture(autouse=True)
def known_tasks(monkeypatch):
    def fail(**arguments):
        raise ValueError("the provider is down")

    CALLS.clear()
    monkeypatch.setattr(tasks, "remember", lambda **arguments: CALLS.append(arguments), raising=False)
    monkeypatch.setattr(tasks, "fail", fail, raising=False)


@pytest.mark.django_db(transaction=True)
def test_what_a_rolled_back_transaction_ordered_never_happens(drain_outbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.after_commit("apps.core.tasks.remember", number=1)
        raise RuntimeError

    assert drain_outbox() == 0
    assert CALLS == []


@pytest.mark.django_db(transaction=True)
def test_what_a_committed_transaction_ordered_happens_once(drain_outbox):
    with transaction.atomic():
        outbox.after_commit("apps.core.tasks.remember", number=1)

    assert drain_outbox() == 1
    assert drain_outbox() == 0
    assert CALLS == [{"number": 1}]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_can_be_ordered():
    with pytest.raises(RuntimeError):
        outbox.after_commit("apps.core.tasks.remember")


@pytest.mark.django_db
def test_only_tasks_of_apps_can_be_ordered():
    with pytest.raises(ValueError, match="no task of an app"):
        outbox.after_commit("os.system", command="true")


@pytest.mark.django_db(transaction=True)
def test_a_failing_task_is_put_off_then_parked_and_holds_nobody_up(now, drain_outbox):
    with transaction.atomic():
        outbox.after_commit("apps.core.tasks.fail")
        outbox.after_commit("apps.core.tasks.remember", number=2)

    drain_outbox()

    message = OutboxMessage.objects.get()
    assert CALLS == [{"number": 2}]
    assert (message.attempts, message.last_error) == (1, "ValueError: the provider is down")
    assert message.due_at > now

    for _ in range(outbox.MAX_ATTEMPTS):
        message.refresh_from_db()
        drain_outbox(at=message.due_at)
    message.refresh_from_db()
    assert message.parked_at is not None
    assert outbox.next_due() is None


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_claimed_is_claimed_again_after_its_lease(now):
    with transaction.atomic():
        outbox.after_commit("apps.core.tasks.remember", number=1)
    assert len(outbox._claim(at=now, limit=10)) == 1  # claimed, and then the process dies

    assert outbox.drain(at=now) == 0
    assert outbox.drain(at=now + outbox.LEASE) == 1
    assert CALLS == [{"number": 1}]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_workers_share_the_work_without_doing_it_twice(now):
    with transaction.atomic():
        outbox.after_commit_many("apps.core.tasks.remember", [{"number": number} for number in range(200)])

    def work():
        with clock.frozen(now):
            while outbox.drain(at=now, limit=7):
                pass
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(call["number"] for call in CALLS) == list(range(200))


@pytest.mark.django_db(transaction=True)
def test_what_is_logged_on_the_way_carries_the_request_that_ordered_it(monkeypatch, drain_outbox):
    seen, before = [], get_contextvars()
    monkeypatch.setattr(tasks, "remember", lambda **arguments: seen.append(get_contextvars()), raising=False)
    token = context.current.set(context.RequestContext(request_id="edge-12345678"))
    with transaction.atomic():
        outbox.after_commit("apps.core.tasks.remember", number=1)
    context.current.reset(token)

    drain_outbox()

    assert seen == [{"request_id": "edge-12345678", "task": "apps.core.tasks.remember"}]
    assert get_contextvars() == before
