"""Who belongs to a business: invitations, memberships, the people who perform jobs, places and pictures."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations, queries, rules
from apps.catalog.api.desk_outputs import DeskStaff, MemberOut
from apps.catalog.api.inputs import AcceptIn, InvitationIn, StaffChangesIn
from apps.catalog.api.owners import OWNER_OR_OPS, DeskView
from apps.catalog.errors import (
    AlreadyMember,
    BusinessNotFound,
    InvitationExpired,
    InvitationNotYours,
    MemberNotFound,
    NotYourBusiness,
    OwnerStays,
    SeatsTaken,
    StaffNotFound,
)
from apps.catalog.models import Membership, StaffMember
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.errors import Invalid, WrongState
from apps.core.idempotency import idempotent


class Members(DeskView):
    @documented(
        summary="The people of a business",
        description="Active members, invitations that wait, and those who have left, newest first.",
        permissions="Owner and employees; ADMIN, OPS, VIEWER. Others get a 404.",
        responses=MemberOut(many=True),
        errors=[BusinessNotFound],
        operation_id="businesses_members_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        if not rules.may_look_at_desk(request.user, business):
            raise BusinessNotFound
        rows = Membership.objects.filter(business=business).select_related("user", "business")
        return self.paginated(rows.order_by("-created_at", "pk"), MemberOut)

    @documented(
        summary="Invite somebody",
        description="An employee runs the desk; staff perform jobs. The invitation goes by e-mail and lives 14 days.",
        permissions=OWNER_OR_OPS,
        request=InvitationIn,
        responses={201: MemberOut},
        errors=[BusinessNotFound, NotYourBusiness, AlreadyMember, Invalid],
        example={"email": "tunde@example.com", "kind": "STAFF"},
        operation_id="businesses_members_invite",
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        invitation = self.read_input(InvitationIn)
        membership = operations.invite_member(business_id=business_id, by=request.user, at=clock.now(), **invitation)
        return success(MemberOut(membership).data, message="The invitation is on its way.", status=201)


class Member(DeskView):
    @documented(
        summary="Remove somebody",
        description="An invitation is withdrawn; staff get no new jobs, and their coming ones need somebody else.",
        permissions=OWNER_OR_OPS,
        responses={200: MemberOut},
        errors=[MemberNotFound, NotYourBusiness, OwnerStays, WrongState],
        operation_id="businesses_members_remove",
    )
    def delete(self, request: Request, business_id: UUID, membership_id: UUID) -> Response:
        membership = operations.remove_member(
            business_id=business_id, membership_id=membership_id, by=request.user, at=clock.now()
        )
        return success(MemberOut(membership).data, message="Removed.")


class Accept(DeskView):
    @documented(
        summary="Accept an invitation",
        description="With the token of the mail, or signed in with a verified e-mail. Repeating it is harmless.",
        permissions="Whoever is signed in with the address that was invited. Others get a 404.",
        request=AcceptIn,
        responses=MemberOut,
        errors=[MemberNotFound, InvitationNotYours, InvitationExpired, AlreadyMember, WrongState, SeatsTaken],
        example={"token": "0197…:x3F…"},
        operation_id="businesses_members_accept",
    )
    def post(self, request: Request, business_id: UUID, membership_id: UUID) -> Response:
        token = self.read_input(AcceptIn)["token"]
        membership = operations.accept_invitation(
            business_id=business_id, membership_id=membership_id, token=token, by=request.user, at=clock.now()
        )
        return success(MemberOut(membership).data, message="Welcome.")


class Leave(DeskView):
    @documented(
        summary="Leave a business, or decline its invitation",
        permissions="The member, or whoever was invited. Others get a 404.",
        request=EmptyInput,
        responses=MemberOut,
        errors=[MemberNotFound, OwnerStays, WrongState],
        operation_id="businesses_members_leave",
    )
    def post(self, request: Request, business_id: UUID, membership_id: UUID) -> Response:
        self.read_input(EmptyInput)
        membership = operations.leave_business(
            business_id=business_id, membership_id=membership_id, by=request.user, at=clock.now()
        )
        return success(MemberOut(membership).data, message="Done.")


class MyMemberships(DeskView):
    @documented(
        summary="Where I belong, and who has invited me",
        description="Active memberships, and invitations to the caller's verified e-mail address.",
        responses=MemberOut(many=True),
        operation_id="memberships_list",
    )
    def get(self, request: Request) -> Response:
        user = request.user
        rows: list[Any] = list(queries.memberships_of(user).select_related("user"))
        if user.email and user.email_verified_at is not None:
            rows += queries.open_invitations_for(user.email)
        return self.paginated(rows, MemberOut)


class Staff(DeskView):
    @documented(
        summary="The people who perform jobs",
        description="With skills and scores; those who have left are shown as inactive.",
        permissions="Members of the business; ADMIN, OPS, VIEWER. Others get a 404.",
        responses=DeskStaff(many=True),
        errors=[BusinessNotFound],
        operation_id="businesses_staff_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        rows = StaffMember.objects.filter(business=business).select_related("business").prefetch_related("skills")
        return self.paginated(rows.order_by("-is_active", "display_name", "pk"), DeskStaff)


class OneOfTheStaff(DeskView):
    @documented(
        summary="Change what is known of somebody",
        description="Name, bio, years, certificates, time zone and skills.",
        permissions="The owner; the person; ADMIN and OPS.",
        request=StaffChangesIn,
        responses=DeskStaff,
        errors=[StaffNotFound, NotYourBusiness, Invalid],
        example={"bio": "Ten years of braids.", "skills": ["hair"]},
        operation_id="businesses_staff_edit",
    )
    def patch(self, request: Request, business_id: UUID, staff_id: UUID) -> Response:
        changes = self.read_input(StaffChangesIn)
        staff = operations.edit_staff(
            business_id=business_id,
            staff_id=staff_id,
            skills=changes.pop("skills", None),
            changes=changes,
            by=request.user,
            at=clock.now(),
        )
        return success(DeskStaff(staff).data, message="Saved.")
