"""A booking made over HTTP against the same rows written without a rule, each at a time that is free.

Every variant writes the same five rows in one transaction: the booking, its history row (which the table's trigger
writes for all of them), the busy block that the exclusion constraint guards, the outbox row from which a worker sends
the letters, and the record of the idempotency key.

Floor A is raw psycopg in this process: four INSERTs between BEGIN and COMMIT, no HTTP, no Django. Floor B is a bare view
on the same server with the same sign-in: the same four INSERTs through the ORM, told by the caller what to write; it
checks nothing and answers with the row. The subject is ``POST /api/v1/bookings/``, with the performer named and, for
comparison, with the best free of twenty to be found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.types.range import Range

from apps.core import clock
from apps.core.ids import new_id, new_reference
from bench.booking_rows import BUFFER, DURATION_MIN, Wanted, rows_of, statement_of
from bench.harness import Worker, compare, report
from bench.ledger_world import raw_connection
from bench.server import Client, running_server
from bench.world import Customer, World, make_world

GOAL = 0.6
PATH = "/api/v1/bookings/"
PEOPLE, FEW = 200, 20
DAY = ((480, 1_200),)
TAKEN_HOURS = (8, 12)
FREE_HOURS = (10, 11, 14, 15, 16, 17, 18, 19)


@dataclass(frozen=True)
class Place:
    """One free start of one person, and who is to have it; nobody else is given it."""

    customer: Customer
    staff_member_id: str
    person_id: str
    starts_at: datetime


class Places:
    """Free starts: first one of everybody and then the next of everybody, or all of one person and then of the next."""

    def __init__(self, world: World, *, person_by_person: bool = False) -> None:
        self.world, self.numbers, self.person_by_person = world, count(), person_by_person
        self.days = [world.first_on + timedelta(days=ahead) for ahead in range(85)]
        self.days = [day for day in self.days if day.weekday() < 6]

    def next(self) -> Place:
        """A start that is free; threads may ask at once."""
        if self.person_by_person:
            who, turn = divmod(next(self.numbers), len(self.days) * len(FREE_HOURS))
        else:
            turn, who = divmod(next(self.numbers), len(self.world.staff))
        day, start = divmod(turn, len(FREE_HOURS))
        member = self.world.staff[who]
        return Place(
            self.world.customers[who],
            str(member.pk),
            str(member.user_id),
            datetime.combine(self.days[day], time(FREE_HOURS[start]), UTC),
        )


def main() -> int:
    """Prints the comparisons; 0 when the goal holds against floor B with the performer named."""
    world = make_world(PEOPLE, duration_min=DURATION_MIN, day=DAY, taken_hours=TAKEN_HOURS)
    few = make_world(FEW, duration_min=DURATION_MIN, day=DAY, taken_hours=TAKEN_HOURS)
    places, places_of_few = Places(world), Places(few, person_by_person=True)
    with running_server() as port:
        named = _booking(port, world, places, is_named=True)
        any_of_few = _booking(port, few, places_of_few, is_named=False)
        in_orm, in_sql = _floor_b(port, world, places), _floor_a(world, places)
        rows = [
            compare(name, floor=floor, subject=subject, concurrency=concurrency, goal=goal)
            for name, floor, subject, goal in (
                ("a booking / B: the rows through the ORM", in_orm, named, GOAL),
                ("the best free of 20 / B", in_orm, any_of_few, None),
                ("a booking / A: the rows by psycopg", in_sql, named, None),
            )
            for concurrency in (1, 8)
        ]
    return report("Booking: POST /api/v1/bookings/", rows)


def _booking(port: int, world: World, places: Places, *, is_named: bool) -> Worker:
    def make() -> Callable[[], None]:
        client = Client(port)

        def act() -> None:
            place = places.next()
            body = {"service": str(world.service.pk), "start": place.starts_at.isoformat()}
            if is_named:
                body["staff"] = place.staff_member_id
            client.call("POST", PATH, body, expect=201, headers=_headers(place))

        return act

    return make


def _floor_b(port: int, world: World, places: Places) -> Worker:
    service, business = str(world.service.pk), str(world.service.business_id)

    def make() -> Callable[[], None]:
        client = Client(port)

        def act() -> None:
            place = places.next()
            body = {
                "service_id": service,
                "business_id": business,
                "staff_member_id": place.staff_member_id,
                "person_id": place.person_id,
                "starts_at": place.starts_at.isoformat(),
            }
            client.call("POST", "/floor/booking-rows/", body, expect=201, headers=_headers(place))

        return act

    return make


def _headers(place: Place) -> dict[str, str]:
    return {"Authorization": f"Bearer {place.customer.token}", "Idempotency-Key": str(uuid4())}


def _floor_a(world: World, places: Places) -> Worker:
    """The statements are made once; what differs from booking to booking is put into their parameters."""

    def make() -> Callable[[], None]:
        raw = raw_connection()
        model = _wanted(world, places.next())
        rows = rows_of(model)
        statements = [statement_of(row) for row in rows]

        def act() -> None:
            wanted = _wanted(world, places.next())
            ends_at = wanted.starts_at + timedelta(minutes=DURATION_MIN)
            fresh = {
                **{row.pk: new_id() for row in rows},
                UUID(model.staff_member_id): UUID(wanted.staff_member_id),
                UUID(model.person_id): UUID(wanted.person_id),
                rows[0].starts_at: wanted.starts_at,
                rows[0].ends_at: ends_at,
                rows[0].expires_at: wanted.at + timedelta(minutes=30),
                rows[1].reference: new_reference(),
                model.at: wanted.at,
                model.key: wanted.key,
            }
            during = DateTimeTZRange(wanted.starts_at, ends_at + BUFFER)
            with raw.transaction():
                for sql, parameters in statements:
                    raw.execute(sql, [_filled(parameter, fresh, during) for parameter in parameters])

        return act

    return make


def _filled(parameter: Any, fresh: dict[Any, Any], during: Any) -> Any:
    if isinstance(parameter, (str, UUID, datetime)):
        return fresh.get(parameter, parameter)
    return during if isinstance(parameter, Range) else parameter


def _wanted(world: World, place: Place) -> Wanted:
    return Wanted(
        service_id=str(world.service.pk),
        business_id=str(world.service.business_id),
        staff_member_id=place.staff_member_id,
        person_id=place.person_id,
        customer_id=place.customer.id,
        starts_at=place.starts_at,
        at=clock.now(),
        key=str(uuid4()),
    )
