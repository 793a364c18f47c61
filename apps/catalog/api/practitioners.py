"""Practitioners: people with a public page."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations, queries
from apps.catalog.api import selections
from apps.catalog.api.desk_outputs import PractitionerOut
from apps.catalog.api.filters import PractitionerQuery
from apps.catalog.api.inputs import PractitionerApplicationIn, PractitionerIn
from apps.catalog.api.owners import DeskView
from apps.catalog.api.public import ANYONE, PublicView, ReadsOpenWritesSignedIn
from apps.catalog.api.service_outputs import ServiceCard
from apps.catalog.errors import AlreadyPractitioner, NotApplied, StaffNotFound
from apps.catalog.models import Service, StaffMember
from apps.core import clock
from apps.core.api.permissions import IsAdmin
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.errors import Invalid, NotAllowed

EXAMPLE = {
    "display_name": "Adeola B.",
    "bio": "Ten years of braids.",
    "specializations": ["Knotless braids"],
    "certifications": ["Vidal Sassoon"],
    "skills": ["hair"],
    "locations": [{"name": "Studio", "address": "12 Admiralty Way, Lekki", "is_primary": True}],
}


def _pages(rows: Any) -> Any:
    return (
        rows.select_related("business")
        .defer("business__cac_number", "business__bank_details")
        .prefetch_related("skills", "locations")
    )


class Practitioners(PublicView):
    @documented(
        summary="Practitioners",
        description="People with a verified public page, at businesses that are verified and active.",
        permissions=ANYONE,
        parameters=[PractitionerQuery],
        responses=PractitionerOut(many=True),
        errors=[Invalid],
        operation_id="practitioners_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(PractitionerQuery)
        rows = _filtered(StaffMember.objects.public().with_featured(), query)
        ordering = query.get("ordering") or ["-counts_featured", "-rating_average"]
        return self.paginated(_pages(rows).order_by(*ordering, "pk"), PractitionerOut)


def _filtered(rows: Any, query: dict[str, Any]) -> Any:
    if words := query.get("search"):
        rows = selections.named_like(rows, "display_name", words)
    if slug := query.get("category"):
        rows = selections.in_category(rows, "skills", slug)
    if city := query.get("city"):
        rows = rows.filter(business__city__iexact=city)
    if (featured := query.get("is_featured")) is not None:
        rows = rows.filter(counts_featured=featured)
    if (virtual := query.get("virtual")) is not None:
        by_video = StaffMember.objects.filter(locations__is_virtual=True).values("pk")
        rows = rows.filter(pk__in=by_video) if virtual else rows.exclude(pk__in=by_video)
    return rows


class PractitionerPage(PublicView):
    permission_classes = [ReadsOpenWritesSignedIn]

    @documented(
        summary="A practitioner's page",
        permissions=ANYONE,
        responses=PractitionerOut,
        errors=[StaffNotFound],
        operation_id="practitioners_read",
    )
    def get(self, request: Request, staff_id: UUID) -> Response:
        staff = _pages(StaffMember.objects.public()).filter(pk=staff_id).first()
        if staff is None:
            raise StaffNotFound
        return Response(PractitionerOut(staff).data)

    @documented(
        summary="Change a practitioner's page",
        permissions="The person; the owner of their business; ADMIN and OPS. Others get a 404.",
        request=PractitionerIn,
        responses=PractitionerOut,
        errors=[StaffNotFound, Invalid],
        example=EXAMPLE,
        operation_id="practitioners_edit",
    )
    def put(self, request: Request, staff_id: UUID) -> Response:
        fields = self.read_input(PractitionerIn)
        operations.edit_practitioner(
            staff_id=staff_id,
            skills=fields.pop("skills", None),
            locations=fields.pop("locations", None),
            fields=fields,
            by=request.user,
            at=clock.now(),
        )
        staff = _pages(StaffMember.objects.filter(pk=staff_id)).get()
        return success(PractitionerOut(staff).data, message="Saved.")


class PractitionerServices(PublicView):
    permission_classes = [AllowAny]

    @documented(
        summary="What a practitioner offers",
        permissions=ANYONE,
        responses=ServiceCard(many=True),
        errors=[StaffNotFound],
        operation_id="practitioners_services_list",
    )
    def get(self, request: Request, staff_id: UUID) -> Response:
        staff = StaffMember.objects.public().filter(pk=staff_id).first()
        if staff is None:
            raise StaffNotFound
        rows = queries.services_performed_by(staff, Service.objects.public())
        return self.paginated(selections.services(rows).order_by("title", "pk"), ServiceCard)


class ApplyAsPractitioner(DeskView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Ask for a public page",
        description="The page opens when the marketplace has verified it.",
        permissions="People who perform jobs for a business.",
        request=PractitionerApplicationIn,
        responses={201: PractitionerOut},
        errors=[StaffNotFound, AlreadyPractitioner, Invalid],
        example=EXAMPLE,
        operation_id="practitioners_apply",
    )
    def post(self, request: Request) -> Response:
        fields = self.read_input(PractitionerApplicationIn)
        staff = operations.apply_as_practitioner(
            staff_id=_own_staff_id(request.user, fields.pop("business", None)),
            skills=fields.pop("skills", None),
            locations=fields.pop("locations", []),
            fields=fields,
            by=request.user,
            at=clock.now(),
        )
        page = _pages(StaffMember.objects.filter(pk=staff.pk)).get()
        return success(PractitionerOut(page).data, message="Your application is under review.", status=201)


def _own_staff_id(user: Any, business_id: UUID | None) -> UUID:
    rows = queries.staff_of_user(user)
    found = list((rows.filter(business_id=business_id) if business_id else rows)[:2])
    if not found:
        raise StaffNotFound("You do not perform jobs for this business.")
    if len(found) > 1:
        raise Invalid(errors={"business": ["You work for several businesses: name one."]})
    return found[0].pk  # type: ignore[no-any-return]  # the manager is untyped


class VerifyPractitioner(DeskView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Open a practitioner's page",
        description="Repeating it is harmless.",
        permissions="ADMIN.",
        request=EmptyInput,
        responses=PractitionerOut,
        errors=[NotAllowed, StaffNotFound, NotApplied],
        operation_id="practitioners_verify",
    )
    def post(self, request: Request, staff_id: UUID) -> Response:
        self.read_input(EmptyInput)
        operations.verify_practitioner(staff_id=staff_id, by=request.user, at=clock.now())
        staff = _pages(StaffMember.objects.filter(pk=staff_id)).get()
        return success(PractitionerOut(staff).data, message="The page is open.")
