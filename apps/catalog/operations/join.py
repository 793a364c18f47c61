from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.accounts import operations as accounts
from apps.accounts.states import Role
from apps.catalog.errors import AlreadyMember, InvitationExpired, InvitationNotYours, MemberNotFound
from apps.catalog.events import MemberJoined
from apps.catalog.invitations import is_token_of
from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.operations._seats import ensure_seat
from apps.catalog.states import MembershipKind, MembershipState
from apps.core import audit, events, public_cache
from apps.core.errors import WrongState


@transaction.atomic
def accept_invitation(*, business_id: UUID, membership_id: UUID, token: str, by: Any, at: datetime) -> Membership:
    """The person belongs to the business; one invited as staff can be given jobs. Repeating it changes nothing.

    The mailbox must be theirs: shown by the mail's token, or by a verified address.
    Raises: MemberNotFound; InvitationNotYours; InvitationExpired; AlreadyMember; WrongState; SeatsTaken.
    """
    Business.objects.locked().filter(pk=business_id).first()  # before its people, as whoever manages it does
    membership = _invitation(business_id, membership_id, by)
    if membership.state == MembershipState.ACTIVE and membership.user_id == by.pk:
        return membership
    _refuse_unusable(membership, token=token, by=by, at=at)
    membership.accept(user=by, at=at)
    try:
        with transaction.atomic():
            membership.save(update_fields=["state", "user", "joined_at"])
    except IntegrityError as error:
        raise AlreadyMember from error
    staff = _become_staff(membership, at=at) if membership.kind == MembershipKind.STAFF else None
    accounts.follow_memberships(
        user_id=by.pk,
        runs_a_desk=Membership.objects.active().of_user(by).desk().exists(),
        lens=Role.STAFF if staff is not None else Role.EMPLOYEE,
        at=at,
    )
    audit.record("member.joined", target=membership, by=by, at=at, after={"kind": membership.kind})
    events.publish(
        MemberJoined(
            membership_id=membership.pk,
            business_id=membership.business_id,
            user_id=by.pk,
            kind=membership.kind,
            staff_id=staff.pk if staff is not None else None,
            joined_at=at,
        )
    )
    return membership


def _invitation(business_id: UUID, membership_id: UUID, by: Any) -> Membership:
    """The invitation, locked, if it was sent to this person. Raises: MemberNotFound."""
    membership: Membership | None = (
        Membership.objects.locked().select_related("business").filter(pk=membership_id, business_id=business_id).first()
    )
    if membership is None or not by.email or membership.invited_email.lower() != by.email.lower():
        raise MemberNotFound
    return membership


def _refuse_unusable(membership: Membership, *, token: str, by: Any, at: datetime) -> None:
    if membership.state != MembershipState.INVITED:
        raise WrongState("This invitation has been answered or withdrawn.")
    if not is_token_of(token, membership.pk) and by.email_verified_at is None:
        raise InvitationNotYours
    if membership.invitation_expires_at is None or at >= membership.invitation_expires_at:
        raise InvitationExpired


def _become_staff(membership: Membership, *, at: datetime) -> StaffMember:
    """The person can be given jobs; whoever comes back keeps rating and history."""
    known = StaffMember.objects.filter(business_id=membership.business_id, user_id=membership.user_id).first()
    if known is None or not known.is_active:
        ensure_seat(membership.business_id)
    staff, is_new = StaffMember.objects.get_or_create(
        business_id=membership.business_id,
        user_id=membership.user_id,
        defaults={"display_name": membership.user.name or membership.invited_email.split("@")[0]},
    )
    if not is_new and not staff.is_active:
        staff.is_active = True
        staff.save(update_fields=["is_active"])
    public_cache.forget_all()
    return staff  # type: ignore[no-any-return]  # the manager is untyped
