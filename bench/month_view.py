"""A performer's month: days with job counts, for one with a job a day and one with eight, against a view with one query."""

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import SignIn, User
from apps.accounts.tokens import sign_access
from apps.bookings.models import Booking
from apps.catalog.models import StaffMember
from apps.core import clock
from apps.core.ids import new_id
from bench.free_times import asking
from bench.harness import compare, console, report
from bench.server import running_server
from bench.world import World, make_world

JOBS_A_DAY = (1, 8)


def main() -> int:
    """Prints the comparison, which has no goal of its own; 0 when every number of jobs takes the same number of queries."""
    world = make_world(len(JOBS_A_DAY), taken_hours=())
    first = world.first_on.replace(day=1)
    path = f"/api/v1/staff/schedule/?month={first:%Y-%m}"
    tokens = {}
    for staff, jobs in zip(world.staff, JOBS_A_DAY, strict=True):
        _fill_month(world, staff, jobs)
        tokens[jobs] = _token(staff.user)
    queries = {jobs: _queries(path, token) for jobs, token in tokens.items()}
    with running_server() as port:
        rows = [
            compare(
                f"a month with {jobs} jobs a day / a view with one query",
                floor=asking(port, token, "/floor/one-query/"),
                subject=asking(port, token, path),
                concurrency=concurrency,
            )
            for jobs, token in tokens.items()
            for concurrency in (1, 8)
        ]
    failed = report("Month view", rows)
    console.print("Queries: " + ", ".join(f"{count} with {jobs} jobs a day" for jobs, count in queries.items()))
    return int(failed or len(set(queries.values())) > 1)


def _fill_month(world: World, staff: StaffMember, jobs: int) -> None:
    """So many jobs on each day of the month, an hour each."""
    first, at = world.first_on.replace(day=1), clock.now()
    starts = [
        datetime.combine(first + timedelta(days=day), time(8 + job), UTC)
        for day in range(monthrange(first.year, first.month)[1])
        for job in range(jobs)
    ]
    Booking.objects.bulk_create(
        Booking(
            reference=new_id().hex[-8:].upper(),
            customer_id=world.customers[0].id,
            business=world.service.business,
            service=world.service,
            staff_member=staff,
            time_zone="UTC",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            currency="NGN",
            base_minor=0,
            total_minor=0,
            status="CONFIRMED",
            confirmed_at=at,
            change="create",
            changed_at=at,
            changed_as="SYSTEM",
        )
        for start in starts
    )


def _token(user: User) -> str:
    return sign_access(user=user, sign_in=SignIn.objects.create(user=user), at=clock.now())


def _queries(path: str, token: str) -> int:
    """How many queries the view takes, the sign-in's included."""
    client = APIClient(headers={"Authorization": f"Bearer {token}"})
    with CaptureQueriesContext(connection) as counted:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(counted)
