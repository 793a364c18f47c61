"""Businesses as they stand on the Monday: open, with their people."""

from apps.availability.models import OpeningHours
from apps.catalog.tests.factories import (
    BusinessFactory,
    MembershipFactory,
    OwnerFactory,
    StaffMemberFactory,
    UserFactory,
)

EIGHT, TWENTY = 480, 1_200


def open_business(week, *, name, owner, days=6, phone="+2348090000001", **fields):
    """A verified business of that owner, open from eight to eight on the first ``days`` of the week."""
    user = OwnerFactory(first_name=owner, last_name="", phone=phone)
    business = BusinessFactory(**{"name": name, "owner": user, "time_zone": str(week.zone), **fields})
    OpeningHours.objects.bulk_create(
        OpeningHours(business=business, weekday=day, spans=[[EIGHT, TWENTY]] if day < days else []) for day in range(7)
    )
    week.joins(owner, user)
    return business


def desk(week, business, name):
    """An employee who keeps the desk."""
    user = UserFactory(role="EMPLOYEE", is_staff=True, first_name=name, last_name="", phone="+2348090000002")
    return week.joins(name, MembershipFactory(business=business, user=user).user)


def performer(week, business, name, user=None):
    """Somebody who performs jobs; a user who has joined already, or a new one."""
    if user is not None:
        return StaffMemberFactory(business=business, display_name=name, user=user)
    made = StaffMemberFactory(
        business=business, display_name=name, user=UserFactory(role="STAFF", first_name=name, last_name="")
    )
    week.joins(name, made.user)
    return made
