"""A business with people, hours and taken time, and somebody signed in, for benchmarks over HTTP.

What is booked here stays, since the database lets no booking go; each run has a business of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from apps.accounts.models import SignIn, User
from apps.accounts.tokens import sign_access
from apps.availability.models import BusyBlock, OpeningHours, WeeklySchedule
from apps.catalog.models import Business, Category, Service, StaffMember
from apps.core import clock
from apps.core.ids import new_id

BUFFER = timedelta(minutes=15)
NINE_TO_SIX = ((540, 780), (840, 1_080))


@dataclass(frozen=True)
class World:
    """A business in UTC, one service of it, those who perform it, and as many customers who are signed in."""

    service: Service
    staff: list[StaffMember]
    customers: list["Customer"]
    first_on: date

    @property
    def token(self) -> str:
        """The access token of one of the customers."""
        return self.customers[0].token


@dataclass(frozen=True)
class Customer:
    """Somebody who books."""

    id: str
    token: str


def make_world(
    people: int,
    *,
    duration_min: int = 60,
    day: Sequence[tuple[int, int]] = NINE_TO_SIX,
    taken_hours: Sequence[int] = (8, 10, 12, 14),
    taken_days: int = 30,
) -> World:
    """``people`` who work on every day but Sunday and have an hour's job at each of ``taken_hours``, from tomorrow on."""
    key = new_id().hex
    users = [User(email=f"{key}-{number}@bench.test", role="STAFF") for number in range(people)]
    owner = User(email=f"{key}-owner@bench.test", role="CEO")
    customers = [User(email=f"{key}-customer-{number}@bench.test", role="CUSTOMER") for number in range(people)]
    User.objects.bulk_create([owner, *customers, *users])
    business = Business.objects.create(
        owner=owner, name="Bench", slug=f"bench-{key}", verification_status="VERIFIED", verified_at=clock.now(),
        time_zone="UTC", horizon_days=90, staff_seats=None,
    )  # fmt: skip
    OpeningHours.objects.bulk_create(
        OpeningHours(business=business, weekday=number, spans=[[0, 1_440]]) for number in range(7)
    )
    category, _ = Category.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    service = Service.objects.create(
        business=business, category=category, title="Bench", price_minor=100, duration_min=duration_min
    )
    staff = [
        StaffMember(business=business, user=user, display_name=f"Person {number}") for number, user in enumerate(users)
    ]
    StaffMember.objects.bulk_create(staff)
    service.performers.set(staff)
    weekly = [*([[list(span) for span in day]] * 6), []]
    WeeklySchedule.objects.bulk_create(WeeklySchedule(staff_member=member, weekly=weekly) for member in staff)
    first_on = clock.now().date() + timedelta(days=1)
    BusyBlock.objects.bulk_create(
        (_block(member, first_on, *when) for member, *when in product(staff, range(taken_days), taken_hours)),
        batch_size=2_000,
    )
    return World(service, staff, [Customer(str(user.pk), _token(user)) for user in customers], first_on)


def _block(member: StaffMember, first_on: date, days: int, hour: int) -> BusyBlock:
    starts_at = datetime.combine(first_on + timedelta(days=days), time(hour), UTC)
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
    at = clock.now()
    return sign_access(user=user, sign_in=SignIn.objects.create(user=user), at=at)
