"""Everything that can be told about one payment, in every order, from one world: each order is walked and undone."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from rest_framework.test import APIRequestFactory

from apps.core import clock
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.api.webhooks import WebhookView
from apps.payments.models import Chargeback, Payment, WebhookEvent
from apps.payments.standins.deliveries import Hook
from apps.payments.standins.server import StandIn

# After the last order of events every pause that a parked event waits for has ended.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2), timedelta(hours=7))
_SUMS = """
    SELECT account.address, sum(entry.amount)
    FROM ledger_entry AS entry JOIN ledger_account AS account ON account.id = entry.account_id
    GROUP BY account.address HAVING sum(entry.amount) <> 0 ORDER BY account.address
"""
_HOLDS = """
    SELECT state, gross_minor, refunded_minor, released_minor, recovered_minor, disputed_minor, commission_minor
    FROM ledger_hold ORDER BY id
"""
# All that decides what the next event does; ids and what is made of them differ from walk to walk.
_ROWS = """
    SELECT md5(string_agg(row, ' ' ORDER BY row)) FROM (
        SELECT 'payment ' || (to_jsonb(t) - 'id')::text FROM payments_payment AS t
        UNION ALL SELECT 'share ' || (to_jsonb(t) - ARRAY['id', 'hold_id'])::text FROM payments_paymentallocation AS t
        UNION ALL SELECT 'refund ' || (to_jsonb(t) - ARRAY['id', 'reference', 'chargeback_id'])::text FROM payments_refund AS t
        UNION ALL SELECT 'chargeback ' || (to_jsonb(t) - 'id')::text FROM payments_chargeback AS t
        UNION ALL SELECT 'event ' || (to_jsonb(t) - 'id')::text FROM payments_webhookevent AS t
        UNION ALL SELECT 'hold ' || (to_jsonb(t) - ARRAY['id', 'funding_transfer_id', 'release_transfer_id'])::text
            FROM ledger_hold AS t
        UNION ALL SELECT 'entries ' || to_jsonb(t)::text FROM (
            SELECT transfer.kind, account.address, array_agg(entry.amount ORDER BY entry.amount)
            FROM ledger_entry AS entry JOIN ledger_transfer AS transfer ON transfer.id = entry.transfer_id
            JOIN ledger_account AS account ON account.id = entry.account_id GROUP BY transfer.kind, account.address) AS t
    ) AS rows (row)
"""


@dataclass(frozen=True)
class Step:
    """Something that happens: a web hook comes, somebody asks, or the gateway itself moves on and may then tell it.

    Equal names are the same thing once more. What becomes possible by it is what ``happen`` answers.
    """

    name: str
    happen: Callable[[], Iterable[Step] | None]


@dataclass(frozen=True, kw_only=True)
class End:
    """What is left when all is told; two orders that differ in any of it have not ended alike."""

    payment: tuple[Any, ...]
    holds: tuple[Any, ...]
    chargebacks: tuple[Any, ...]
    refunded: int
    accounts: tuple[Any, ...]
    untold: tuple[Any, ...]


# Each end, with how many orders come to it and one of those.
Ends = dict[End, tuple[int, tuple[str, ...]]]


@dataclass
class Walk:
    """One world, every order of the same steps."""

    gateway: str
    stand_in: StandIn
    _walked: dict[tuple[tuple[str, ...], str], Ends] = field(default_factory=dict)
    _end_point: Callable[..., Any] = field(default_factory=WebhookView.as_view)

    def ends(self, steps: tuple[Step, ...]) -> Ends:
        """What every order of the steps ends in: how many orders do, and one of them.

        Orders that begin alike share their beginning; and where two beginnings have left the same rows and the same is
        still to come, what follows is walked once.
        """
        if not steps:
            with self._undone():
                return {self._end(): (1, ())}
        names = [step.name for step in steps]
        here = (tuple(sorted(names)), self._rows() + repr(self._state_of_gateway()))
        if here not in self._walked:
            found: Ends = {}
            for name in dict.fromkeys(names):
                index = names.index(name)
                with self._undone():
                    possible = tuple(steps[index].happen() or ())
                    after = self.ends(steps[:index] + steps[index + 1 :] + possible)
                for end, (orders, path) in after.items():
                    before, first = found.get(end, (0, (name, *path)))
                    found[end] = (before + orders, first)
            self._walked[here] = found
        return self._walked[here]

    def hook(self, hook: Hook, name: str = "") -> Step:
        """The web hook comes to its end point, signed as it is, and the worker acts on what is due."""

        def come() -> None:
            headers = {name: value for name, value in hook.headers.items() if name != "Content-Type"}
            request = APIRequestFactory(headers=headers).generic(
                "POST", "/", hook.body, content_type="application/json"
            )
            assert self._end_point(request, gateway=self.gateway).status_code == 200
            self.work()

        return Step(name or hook.event_type, come)

    def work(self) -> None:
        """The worker acts on the inbox, once."""
        operations.process_inbox(clock.now(), 100)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        savepoint, kept = transaction.savepoint(), copy.deepcopy(self._state_of_gateway())
        try:
            yield
        finally:
            transaction.savepoint_rollback(savepoint)
            for name, value in kept.items():
                setattr(self.stand_in, name, value)

    def _state_of_gateway(self) -> dict[str, Any]:
        values = {
            each.name: getattr(self.stand_in, each.name) for each in fields(self.stand_in) if each.name != "calls"
        }
        return {name: value for name, value in values.items() if isinstance(value, dict | list | int)}

    def _rows(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS)
            return str(cursor.fetchone()[0])

    def _end(self) -> End:
        for later in RETRIES:
            at = clock.now() + later
            while operations.process_inbox(at, 100):
                pass
            operations.carry_out_due_refunds(at, 100)
        assert_ledger_sound()
        with connection.cursor() as cursor:
            cursor.execute(_SUMS)
            accounts = tuple(cursor.fetchall())
            cursor.execute(_HOLDS)
            holds = tuple(cursor.fetchall())
        payment = Payment.objects.get()
        return End(
            payment=(payment.status, payment.captured_minor, payment.fee_minor),
            holds=holds,
            chargebacks=tuple(Chargeback.objects.order_by("pk").values_list("status", "taken_minor", "fee_minor")),
            refunded=payment.refunded_minor,
            accounts=accounts,
            untold=tuple(
                WebhookEvent.objects.exclude(state="PROCESSED")
                .order_by("event_type")
                .values_list("event_type", "state")
            ),
        )
