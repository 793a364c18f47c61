from dataclasses import dataclass

import pytest
from django.db import transaction

from apps.core import events


@dataclass(frozen=True, kw_only=True)
class Rang(events.Event):
    times: int


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(events, "_handlers", {})
    heard = []
    events.connect(
        {Rang: [lambda event: heard.append(("first", event)), lambda event: heard.append(("second", event))]}
    )
    return heard


@pytest.mark.django_db
def test_handlers_run_in_table_order_in_the_same_transaction(heard):
    with transaction.atomic():
        events.publish(Rang(times=2))

    assert heard == [("first", Rang(times=2)), ("second", Rang(times=2))]


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_stated_within_a_transaction(heard):
    with pytest.raises(RuntimeError, match="outside a transaction"):
        events.publish(Rang(times=1))
    assert heard == []
