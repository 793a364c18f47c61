"""Who may see and keep whose time."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES
from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.states import MembershipKind, MembershipState

DESK_KINDS = (MembershipKind.OWNER, MembershipKind.EMPLOYEE)


def managed_businesses(user: Any, *, to_change: bool = True) -> QuerySet[Business]:
    """The businesses whose hours the person keeps: their own, those they run the desk of, and all for ops."""
    roles = ACTING_OPS_ROLES if to_change else OPS_ROLES
    if user.role in roles:
        return Business.objects.all()
    desks = Membership.objects.filter(user=user, kind__in=DESK_KINDS, state=MembershipState.ACTIVE)
    return Business.objects.filter(Q(pk__in=desks.values("business_id")) | Q(owner=user))


def kept_people(user: Any, *, to_change: bool = True) -> QuerySet[StaffMember]:
    """The people whose time the person keeps: themselves, and everybody at the businesses they run."""
    if user.role in (ACTING_OPS_ROLES if to_change else OPS_ROLES):
        return StaffMember.objects.all()
    managed = managed_businesses(user, to_change=to_change).values("pk")
    return StaffMember.objects.filter(Q(user=user) | Q(business__in=managed))


def manages(user: Any, business_id: UUID) -> bool:
    """Whether the person keeps the hours of the business."""
    return bool(managed_businesses(user).filter(pk=business_id).exists())


def works_at(user: Any, business_id: UUID | str) -> bool:
    """Whether the person belongs to the business in any way, or is one of the marketplace's own."""
    if user.role in OPS_ROLES:
        return True
    memberships = Membership.objects.filter(user=user, business_id=business_id, state=MembershipState.ACTIVE)
    return bool(memberships.exists())
