"""When an account is erased, the person's name goes from the businesses that they worked for."""

from datetime import datetime
from uuid import UUID

from apps.catalog.events import MemberLeft
from apps.catalog.models import Membership, PractitionerLocation, StaffMember
from apps.catalog.states import MembershipKind, MembershipState
from apps.core import events, public_cache

NAMELESS = "—"


def forget_worker(*, user_id: UUID, at: datetime) -> None:
    """The person belongs to no business, and what customers read of them is gone; called within a transaction."""
    for membership in Membership.objects.active().filter(user_id=user_id).exclude(kind=MembershipKind.OWNER).locked():
        membership.leave(at=at)
        membership.save(update_fields=["state", "ended_at"])
        staff = StaffMember.objects.filter(business_id=membership.business_id, user_id=user_id).first()
        events.publish(
            MemberLeft(
                membership_id=membership.pk,
                business_id=membership.business_id,
                user_id=user_id,
                kind=membership.kind,
                staff_id=staff.pk if staff is not None and membership.kind == MembershipKind.STAFF else None,
                removed=False,
                ended_at=at,
            )
        )
    Membership.objects.filter(user_id=user_id).exclude(state=MembershipState.INVITED).update(invited_email="")
    PractitionerLocation.objects.filter(staff__user_id=user_id).delete()
    changed = StaffMember.all_objects.filter(user_id=user_id).update(
        display_name=NAMELESS, bio="", certifications=[], specializations=[], location=None, has_public_page=False,
        is_active=False, updated_at=at,
    )  # fmt: skip
    if changed:
        public_cache.forget_all()
