from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts import operations as accounts
from apps.accounts.states import Role
from apps.catalog.events import BusinessCreated
from apps.catalog.models import Business, Category, Membership, StaffMember
from apps.catalog.operations._words import free_slug
from apps.catalog.states import MembershipKind, MembershipState
from apps.core import audit, events
from apps.core.errors import NotAllowed


@transaction.atomic
def create_business(
    *,
    fields: Mapping[str, Any],
    categories: list[Category],
    owner_performs: bool,
    by: Any,
    at: datetime,
) -> Business:
    """The person owns a new, unverified business, and performs its jobs where ``owner_performs``.

    Raises: NotAllowed unless the person is a CEO.
    """
    if by.role != Role.CEO:
        raise NotAllowed("Only a CEO opens a business.")
    business: Business = Business.objects.create(owner=by, slug=free_slug(fields["name"]), **fields)
    business.categories.set(categories)
    Membership.objects.create(
        business=business, user=by, kind=MembershipKind.OWNER, state=MembershipState.ACTIVE, joined_at=at
    )
    if owner_performs:
        StaffMember.objects.create(business=business, user=by, display_name=by.name or business.name)
    accounts.follow_memberships(user_id=by.pk, runs_a_desk=True, lens=None, at=at)
    audit.record("business.created", target=business, by=by, at=at, after={"name": business.name})
    events.publish(BusinessCreated(business_id=business.pk, owner_id=by.pk, created_at=at))
    return business
