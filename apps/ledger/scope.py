"""Whose money a person may look at: their own, and that of businesses by membership."""

from typing import Any
from uuid import UUID

from apps.catalog.models import Membership, StaffMember
from apps.catalog.states import MembershipKind, MembershipState


def owned_businesses(user: Any) -> list[UUID]:
    """Keys of the businesses that the person owns."""
    return _businesses(user, MembershipKind.OWNER)


def employing_businesses(user: Any) -> list[UUID]:
    """Keys of the businesses at whose desk the person is employed."""
    return _businesses(user, MembershipKind.EMPLOYEE)


def performs_jobs(user: Any) -> bool:
    """Whether the person does work for a business, their own included."""
    return StaffMember.objects.filter(user_id=user.pk).exists()


def _businesses(user: Any, kind: MembershipKind) -> list[UUID]:
    memberships = Membership.objects.filter(user_id=user.pk, kind=kind, state=MembershipState.ACTIVE)
    return list(memberships.values_list("business_id", flat=True))
