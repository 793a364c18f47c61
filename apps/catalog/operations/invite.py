from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.catalog.errors import AlreadyMember
from apps.catalog.events import MemberInvited
from apps.catalog.models import Business, Membership
from apps.catalog.operations._access import managed_business
from apps.catalog.states import MembershipState
from apps.core import audit, events
from apps.core.conf import timer


@transaction.atomic
def invite_member(*, business_id: UUID, email: str, kind: str, by: Any, at: datetime) -> Membership:
    """The person is asked by e-mail to join; an earlier invitation that has expired gives way.

    Raises: BusinessNotFound; NotYourBusiness; AlreadyMember.
    """
    business = managed_business(business_id=business_id, by=by)
    address = email.strip().lower()
    expires_at = at + timer("INVITATION_LIFE")
    _withdraw_expired(business, address, kind, at=at)
    if _belongs(business, address, kind):
        raise AlreadyMember
    try:
        with transaction.atomic():
            membership: Membership = Membership.objects.create(
                business=business,
                kind=kind,
                invited_email=address,
                invited_by=by,
                invitation_expires_at=expires_at,
            )
    except IntegrityError as error:
        raise AlreadyMember from error
    audit.record("member.invited", target=membership, by=by, at=at, after={"kind": kind, "email": address})
    events.publish(
        MemberInvited(
            membership_id=membership.pk,
            business_id=business.pk,
            email=address,
            kind=kind,
            invited_by_id=by.pk,
            expires_at=expires_at,
        )
    )
    return membership


def _withdraw_expired(business: Business, email: str, kind: str, *, at: datetime) -> None:
    stale = Membership.objects.locked().filter(
        business=business,
        kind=kind,
        invited_email__iexact=email,
        state=MembershipState.INVITED,
        invitation_expires_at__lte=at,
    )
    for membership in stale:
        membership.remove(at=at)
        membership.save(update_fields=["state", "ended_at"])


def _belongs(business: Business, email: str, kind: str) -> bool:
    active = Membership.objects.active().filter(business=business, kind=kind, user__email__iexact=email)
    return bool(active.exists())
