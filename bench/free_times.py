"""Free times: one person and day against a view with one query, and fifty or five hundred people over thirty days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from rest_framework_simplejwt.tokens import AccessToken
from rich.table import Table

from apps.accounts.authentication import VERSION_CLAIM
from apps.accounts.models import User
from apps.availability.models import BusyBlock, OpeningHours, WeeklySchedule
from apps.catalog.models import Business, Category, Service, StaffMember
from apps.core import clock
from apps.core.ids import new_id
from bench.harness import compare, console, percentile, report, run_for
from bench.server import Client, running_server

DAYS = 30
BUFFER = timedelta(minutes=15)
HOURS_TAKEN = (8, 10, 12, 14)
GOALS_MS = {50: 150.0, 500: 500.0}
WEEK = [[[540, 780], [840, 1_080]]] * 6 + [[]]


@dataclass(frozen=True)
class World:
    """A business whose people have four jobs on each of thirty days."""

    service: Service
    staff: list[StaffMember]
    token: str
    first_on: date

    def path(self, days: int, staff: StaffMember | None = None) -> str:
        """The question for so many days."""
        until = self.first_on + timedelta(days=days - 1)
        only = f"&staff={staff.pk}" if staff else ""
        return f"/api/v1/services/{self.service.pk}/availability/?from={self.first_on}&to={until}{only}"


@contextmanager
def world(people: int) -> Iterator[World]:
    """The rows, for as long as the block runs."""
    key = new_id().hex
    users = [User(email=f"{key}-{number}@bench.test", role="STAFF") for number in range(people + 1)]
    User.objects.bulk_create(users)
    owner, workers = users[0], users[1:]
    business = Business.objects.create(
        owner=owner,
        name="Bench",
        slug=f"bench-{key}",
        verification_status="VERIFIED",
        verified_at=clock.now(),
        horizon_days=90,
    )
    category, _ = Category.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    OpeningHours.objects.bulk_create(
        OpeningHours(business=business, weekday=day, spans=[[480, 1_200]]) for day in range(7)
    )
    service = Service.objects.create(
        business=business, category=category, title="Bench", price_minor=100, duration_min=60
    )
    staff = [StaffMember(business=business, user=user, display_name=f"Person {user.pk}") for user in workers]
    StaffMember.objects.bulk_create(staff)
    service.performers.set(staff)
    WeeklySchedule.objects.bulk_create(WeeklySchedule(staff_member=member, weekly=WEEK) for member in staff)
    first_on = clock.now().date() + timedelta(days=1)
    BusyBlock.objects.bulk_create(
        (_block(member, first_on, day, hour) for member, day, hour in product(staff, range(DAYS), HOURS_TAKEN)),
        batch_size=2_000,
    )
    try:
        yield World(service, staff, _token(owner), first_on)
    finally:
        BusyBlock.objects.filter(staff_member__business=business).delete()
        service.performers.clear()
        Service.all_objects.filter(pk=service.pk).delete()
        StaffMember.all_objects.filter(business=business).delete()
        Business.all_objects.filter(pk=business.pk).delete()
        User.all_objects.filter(pk__in=[user.pk for user in users]).delete()


def main() -> int:
    """Prints both comparisons; 0 when the goals hold."""
    with world(50) as fifty, world(500) as many, running_server() as port:
        rows = [
            compare(
                "one person, one day / a view with one query",
                floor=asking(port, fifty.token, "/floor/one-query/"),
                subject=asking(port, fifty.token, fifty.path(1, fifty.staff[0])),
                concurrency=concurrency,
                goal=0.6,
            )
            for concurrency in (1, 8)
        ]
        failed = report("Free times", rows)
        table = Table(title="Free times of many")
        for heading in ("people", "days", "p50 ms", "p95 ms", "goal"):
            table.add_column(heading, justify="right")
        for people, place in ((50, fifty), (500, many)):
            ask = asking(port, place.token, place.path(DAYS))
            run_for(ask, concurrency=1, seconds=1)
            _, latencies = run_for(ask, concurrency=1, seconds=6)
            p95 = percentile(latencies, 95) * 1000
            goal = GOALS_MS[people]
            failed |= p95 > goal
            mark = " ✗" if p95 > goal else ""
            table.add_row(
                str(people), str(DAYS), f"{percentile(latencies, 50) * 1000:.0f}", f"{p95:.0f}{mark}", f"< {goal:.0f}"
            )
        console.print(table)
    return int(failed)


def asking(port: int, token: str, path: str) -> Callable[[], Callable[[], None]]:
    """A worker with a connection of its own that asks for ``path`` again and again."""

    def make() -> Callable[[], None]:
        client = Client(port, token)

        def ask() -> None:
            client.call("GET", path)

        return ask

    return make


def _block(member: StaffMember, first_on: date, day: int, hour: int) -> BusyBlock:
    starts_at = datetime.combine(first_on + timedelta(days=day), time(hour), UTC)
    ends_at = starts_at + timedelta(hours=1)
    return BusyBlock(
        staff_member=member,
        person_id=member.user_id,
        starts_at=starts_at,
        ends_at=ends_at,
        during=(starts_at, ends_at + BUFFER),
        booking_id=new_id(),
    )


def _token(user: User) -> str:
    token = AccessToken.for_user(user)
    token[VERSION_CLAIM] = user.token_version
    return str(token)
