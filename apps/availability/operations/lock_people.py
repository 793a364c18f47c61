from collections.abc import Iterable
from uuid import UUID

from apps.availability.errors import NoSuchPerson
from apps.catalog.models import StaffMember


def lock_people(staff_member_ids: Iterable[UUID]) -> list[StaffMember]:
    """The people's rows are locked until the transaction ends, always in the order of their keys.

    Raises: NoSuchPerson when one of them is not there.
    """
    wanted = set(staff_member_ids)
    people = list(StaffMember.objects.locked().filter(pk__in=wanted))
    if len(people) != len(wanted):
        raise NoSuchPerson
    return people
