from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.accounts import operations as accounts
from apps.catalog import rules
from apps.catalog.errors import MemberNotFound, NotYourBusiness, OwnerStays
from apps.catalog.events import MemberLeft
from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.states import MembershipKind, MembershipState
from apps.core import audit, events, public_cache
from apps.core.errors import WrongState

ENDED = frozenset({MembershipState.LEFT, MembershipState.REMOVED})


@transaction.atomic
def leave_business(*, business_id: UUID, membership_id: UUID, by: Any, at: datetime) -> Membership:
    """The person no longer belongs to the business, or has declined to; their coming jobs need somebody else.

    Raises: MemberNotFound; OwnerStays; WrongState.
    """
    theirs = Q(user_id=by.pk) | (Q(state=MembershipState.INVITED) & Q(invited_email__iexact=by.email or " "))
    membership: Membership | None = (
        Membership.objects.locked().filter(theirs, pk=membership_id, business_id=business_id).first()
    )
    if membership is None:
        raise MemberNotFound
    return _end(membership, removed=False, by=by, at=at)


@transaction.atomic
def remove_member(*, business_id: UUID, membership_id: UUID, by: Any, at: datetime) -> Membership:
    """The person no longer belongs to the business, or their invitation is withdrawn.

    Raises: MemberNotFound to outsiders; NotYourBusiness; OwnerStays; WrongState.
    """
    business = Business.objects.visible_to(by).filter(pk=business_id).first()
    membership: Membership | None = Membership.objects.locked().filter(business=business, pk=membership_id).first()
    if business is None or membership is None:
        raise MemberNotFound
    if not rules.may_manage_business(by, business):
        raise NotYourBusiness
    return _end(membership, removed=True, by=by, at=at)


def _end(membership: Membership, *, removed: bool, by: Any, at: datetime) -> Membership:
    if membership.kind == MembershipKind.OWNER:
        raise OwnerStays
    if membership.state in ENDED:
        raise WrongState("This membership has ended.")
    was_active = membership.state == MembershipState.ACTIVE
    if removed:
        membership.remove(at=at)
    else:
        membership.leave(at=at)
    membership.save(update_fields=["state", "ended_at"])
    audit.record("member.removed" if removed else "member.left", target=membership, by=by, at=at)
    if was_active:
        _part(membership, removed=removed, at=at)
    return membership


def _part(membership: Membership, *, removed: bool, at: datetime) -> None:
    user = membership.user
    staff = None
    if membership.kind == MembershipKind.STAFF:
        staff = StaffMember.objects.locked().filter(business_id=membership.business_id, user=user).first()
    if staff is not None:
        staff.is_active = False
        staff.save(update_fields=["is_active"])
        public_cache.forget_all()
    accounts.follow_memberships(
        user_id=user.pk, runs_a_desk=Membership.objects.active().of_user(user).desk().exists(), lens=None, at=at
    )
    events.publish(
        MemberLeft(
            membership_id=membership.pk,
            business_id=membership.business_id,
            user_id=user.pk,
            kind=membership.kind,
            staff_id=staff.pk if staff is not None else None,
            removed=removed,
            ended_at=at,
        )
    )
