"""Rows for tests of availability, without surprises."""

from datetime import UTC, datetime, timedelta
from itertools import count

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.availability import operations
from apps.availability.models import OpeningHours, WeeklySchedule
from apps.catalog.models import Business, Category, Membership, Service, StaffMember
from apps.catalog.states import MembershipKind, MembershipState, VerificationStatus
from apps.core.ids import new_id

# The moment at which the clock of tests stands: a Wednesday, 10:00 in Lagos.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
DAY_MINUTES = 1_440
_numbers = count(1)


def make_user(**fields):
    fields.setdefault("email", f"person{next(_numbers)}@example.test")
    return User.objects.create(**fields)


def make_business(*, weekly=None, **fields):
    """A verified business that never closes, unless ``weekly`` says when it is open."""
    number = next(_numbers)
    fields.setdefault("owner", None)
    owner = fields.pop("owner") or make_user(role=Role.CEO)
    fields.setdefault("name", f"Business {number}")
    fields.setdefault("slug", f"business-{number}")
    fields.setdefault("verification_status", VerificationStatus.VERIFIED)
    fields.setdefault("verified_at", NOW)
    fields.setdefault("buffer_after_min", 0)
    business = Business.objects.create(owner=owner, **fields)
    Membership.objects.create(
        business=business, user=owner, kind=MembershipKind.OWNER, state=MembershipState.ACTIVE, joined_at=NOW
    )
    week = {weekday: [[0, DAY_MINUTES]] for weekday in range(7)} if weekly is None else weekly
    OpeningHours.objects.bulk_create(
        OpeningHours(business=business, weekday=weekday, spans=spans) for weekday, spans in week.items() if spans
    )
    return business


def make_member(business, kind=MembershipKind.EMPLOYEE):
    user = make_user(role=Role.EMPLOYEE)
    Membership.objects.create(business=business, user=user, kind=kind, state=MembershipState.ACTIVE, joined_at=NOW)
    return user


def make_staff(business, *, weekly=None, user=None, **fields):
    """A person who works as the business opens, unless ``weekly`` (seven lists) says otherwise."""
    fields.setdefault("display_name", f"Person {next(_numbers):04d}")
    staff = StaffMember.objects.create(business=business, user=user or make_user(role=Role.STAFF), **fields)
    if weekly is not None:
        WeeklySchedule.objects.create(staff_member=staff, weekly=weekly)
    return staff


def make_service(business, *, performers=(), **fields):
    number = next(_numbers)
    category, _ = Category.objects.get_or_create(slug="hair", defaults={"name": "Hair"})
    fields.setdefault("title", f"Service {number}")
    fields.setdefault("price_minor", 500_000)
    fields.setdefault("duration_min", 60)
    service = Service.objects.create(business=business, category=category, **fields)
    service.performers.set(performers)
    return service


def take(staff, starts_at, minutes=60, **fields):
    """A booking's block."""
    fields.setdefault("booking_id", new_id())
    fields.setdefault("at", NOW)
    return operations.block_time(
        staff_member_id=staff.pk, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **fields
    )
