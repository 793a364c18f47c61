"""Posting as a day brings it: of ten transfers seven payments, a refund, a tip and a payout, 8 clients, one escrow account.

Floor: each is one transaction of three statements, one transfer row and two entry rows, into bare tables over psycopg;
no hold, no balance, no key but the transfer's own. Subject: the ledger's operations inside ``atomic()``, as the payment
desk, the tips and the payouts call them, with all that they check and keep: holds and their refunds, the audit trail,
balances that do not fall below zero, what the performer owes. Nobody hears the events of it.

The second floor writes the same rows, by psycopg and unchecked by any rule of ours, into the ledger's own tables, with
their indexes, constraints and triggers; the last rows are two kinds each, in turn, against the bare floor.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction

from apps.core import clock, events
from apps.core.ids import new_id
from apps.ledger import addresses, operations
from apps.ledger.operations import FundAllocation
from apps.ledger.states import RefundDestination
from bench.harness import Worker, compare, report
from bench.ledger_posting import BUSINESSES, INSERT_ENTRIES, INSERT_HOLD, INSERT_TRANSFER, floor_tables, write_bare
from bench.ledger_world import own_database, raw_connection
from config.subscriptions import SUBSCRIPTIONS

GOAL, CLIENTS = 0.7, 8
MIX = "PPPRPPTPPO"  # payment, refund, tip, payout (money out)
KINDS = {"R": "ESCROW_REFUND", "T": "TIP", "O": "PAYOUT", "P": "PAYMENT"}
PAID, TIPPED, LONGEST = 10_000, 2_000, 1_000
_INSERT_OTHER = (
    "INSERT INTO ledger_transfer (id, kind, idempotency_key, body_hash, cause_type, cause_id, hold_id, metadata,"
    " created_at) VALUES (%s, %s, %s, '-', '', %s, %s, '{}', %s)"
)
_INSERT_TWO = (
    "INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at) VALUES"
    " (%s, %s, %s, %s, 'NGN', %s), (%s, %s, NULL, %s, 'NGN', %s)"
)
_GIVE_BACK = (
    "UPDATE ledger_hold SET refunded_minor = gross_minor, commission_minor = 0, net_minor = 0, state = 'REFUNDED',"
    " settled_at = %s WHERE id = %s"
)
_BARE = {"clearing": uuid4(), "escrow": uuid4(), "transit": uuid4()}
_FROM_TO = {"P": ("clearing", "escrow"), "R": ("escrow", "clearing"), "T": ("clearing", "own"), "O": ("own", "transit")}


def main() -> int:
    """Prints rates and ratios at 8 clients; 0 when the goal of the mix was met."""
    with own_database(), _nobody_hears():
        floor_tables()
        _open_accounts()
        rows = [
            compare("the mix", floor=_floor, subject=_subject(MIX), concurrency=CLIENTS, goal=GOAL),
            compare("the mix / its rows by psycopg", floor=_same_rows, subject=_subject(MIX), concurrency=CLIENTS),
        ]
        rows += [
            compare(name, floor=_floor, subject=_subject(mix), concurrency=CLIENTS, rounds=3)
            for name, mix in (("payments and refunds in turn", "PR"), ("tips and payouts in turn", "TO"))
        ]
    return report("Posting in a mix: 70 % payments, 10 % refunds, 10 % tips, 10 % payouts", rows)


@contextmanager
def _nobody_hears() -> Iterator[None]:
    """What is paid for here is no row of any trade, so that no trade is told of its refund."""
    events.connect({})
    try:
        yield
    finally:
        events.connect(SUBSCRIPTIONS)


def _open_accounts() -> None:
    wanted = [
        addresses.gateway_clearing("paystack", "NGN"),
        addresses.escrow("NGN"),
        addresses.payouts_in_transit("NGN"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_accounts(%s, now())", (wanted,))


def _floor() -> Callable[[], None]:
    """One transfer and two entries, three statements, one transaction."""
    raw, own = raw_connection(), uuid4()
    kinds = itertools.cycle(MIX)

    def act() -> None:
        kind = next(kinds)
        amount = PAID if kind in "PR" else TIPPED
        source, target = (own if name == "own" else _BARE[name] for name in _FROM_TO[kind])
        write_bare(raw, kind=KINDS[kind], source=source, target=target, amount=amount)

    return act


def _same_rows() -> Callable[[], None]:
    """The rows of each transfer in the ledger's own tables, one transaction; no rule is asked."""
    raw, performer = raw_connection(), new_id()
    named = {
        "clearing": addresses.gateway_clearing("paystack", "NGN"),
        "escrow": addresses.escrow("NGN"),
        "transit": addresses.payouts_in_transit("NGN"),
        "own": addresses.tips(performer, "NGN"),
    }
    raw.execute("SELECT ledger_open_accounts(%s, now())", ([named["own"]],))
    accounts = {name: _account(raw, address) for name, address in named.items()}
    holds: deque[UUID] = deque(maxlen=LONGEST)
    kinds = itertools.cycle(MIX)

    def pay() -> None:
        at, transfer, hold = clock.now(), new_id(), new_id()
        raw.execute(INSERT_TRANSFER, (transfer, str(transfer), f"floor:{transfer}", str(hold), at))
        raw.execute(INSERT_HOLD, (hold, hold, transfer, hold, BUSINESSES[hold.int % len(BUSINESSES)], hold, at))
        raw.execute(INSERT_ENTRIES, (transfer, accounts["escrow"], hold, at, transfer, accounts["clearing"], at))
        holds.append(hold)

    def other(kind: str) -> None:
        at, transfer = clock.now(), new_id()
        hold = holds.popleft() if kind == "R" else None
        source, target = (accounts[name] for name in _FROM_TO[kind])
        amount = PAID if kind == "R" else TIPPED
        raw.execute(_INSERT_OTHER, (transfer, KINDS[kind], str(transfer), transfer, hold, at))
        raw.execute(_INSERT_TWO, (transfer, source, hold, -amount, at, transfer, target, amount, at))
        if hold is not None:
            raw.execute(_GIVE_BACK, (at, hold))

    def act() -> None:
        kind = next(kinds)
        with raw.transaction():
            if kind == "P":
                pay()
            else:
                other(kind)

    return act


def _account(raw: psycopg.Connection, address: str) -> UUID:
    row: Any = raw.execute("SELECT id FROM ledger_account WHERE address = %s", (address,)).fetchone()
    found: UUID = row[0]
    return found


def _subject(mix: str) -> Worker:
    """The ledger's operations, in the order of ``mix`` again and again."""

    def make() -> Callable[[], None]:
        performer = new_id()
        holds: deque[UUID] = deque(maxlen=LONGEST)
        kinds = itertools.cycle(mix)
        does = {
            "P": lambda: holds.append(_pay()),
            "R": lambda: _refund(holds.popleft()),
            "T": lambda: _tip(performer),
            "O": lambda: _pay_out(performer),
        }

        def act() -> None:
            with transaction.atomic():
                does[next(kinds)]()

        return act

    return make


def _pay() -> UUID:
    payment = new_id()
    funding = operations.fund_payment(
        payment_id=payment,
        gateway="paystack",
        currency="NGN",
        amount_minor=PAID,
        payer_id=payment,
        allocations=[
            FundAllocation(
                unit_type="BOOKING",
                unit_id=payment,
                business_id=BUSINESSES[payment.int % len(BUSINESSES)],
                customer_id=payment,
                amount_minor=PAID,
            )
        ],
        idempotency_key=f"bench:{payment}",
        at=clock.now(),
    )
    hold_id = funding.holds[0].hold_id
    assert hold_id is not None
    return hold_id


def _refund(hold_id: UUID) -> None:
    operations.refund_hold(
        hold_id=hold_id,
        destination=RefundDestination.GATEWAY,
        reason="The customer has cancelled.",
        by=None,
        at=clock.now(),
        idempotency_key=f"bench-refund:{hold_id}",
    )


def _tip(performer: UUID) -> None:
    tip = new_id()
    operations.post_tip(
        tip_id=tip,
        gateway="paystack",
        currency="NGN",
        amount_minor=TIPPED,
        performer_id=performer,
        idempotency_key=f"bench-tip:{tip}",
        at=clock.now(),
    )


def _pay_out(performer: UUID) -> None:
    source = addresses.tips(performer, "NGN")
    operations.take_for_payout(
        payout_id=new_id(),
        source=source,
        currency="NGN",
        amount_minor=operations.lock_withdrawable(address=source),
        at=clock.now(),
    )
