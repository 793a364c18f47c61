"""Branches and photos of a business's page."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations
from apps.catalog.api.inputs import BranchIn, PhotoIn
from apps.catalog.api.outputs import BranchOut, PhotoOut
from apps.catalog.api.owners import OWNER_OR_OPS, DeskView
from apps.catalog.errors import BusinessNotFound, NotYourBusiness
from apps.catalog.models import Branch, BusinessPhoto
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.errors import Invalid, NotFound

MEMBERS = "Members of the business; ADMIN, OPS, VIEWER. Others get a 404."


class Branches(DeskView):
    @documented(
        summary="Further places of a business",
        permissions=MEMBERS,
        responses=BranchOut(many=True),
        errors=[BusinessNotFound],
        operation_id="businesses_branches_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        rows = Branch.objects.filter(business=self.business_or_404(business_id)).order_by("name", "pk")
        return self.paginated(rows, BranchOut)

    @documented(
        summary="Add a place",
        permissions=OWNER_OR_OPS,
        request=BranchIn,
        responses={201: BranchOut},
        errors=[BusinessNotFound, NotYourBusiness, Invalid],
        example={"name": "Yaba", "address": "4 Herbert Macaulay Way", "location": {"lat": 6.5095, "lng": 3.3711}},
        operation_id="businesses_branches_create",
    )
    def post(self, request: Request, business_id: UUID) -> Response:
        fields = self.read_input(BranchIn)
        branch = operations.add_branch(business_id=business_id, fields=fields, by=request.user, at=clock.now())
        return success(BranchOut(branch).data, message="Added.", status=201)


class OneBranch(DeskView):
    @documented(
        summary="Change a place",
        permissions=OWNER_OR_OPS,
        request=BranchIn(partial=True),
        responses=BranchOut,
        errors=[BusinessNotFound, NotYourBusiness, NotFound, Invalid],
        example={"phone": "+2348012345678"},
        operation_id="businesses_branches_edit",
    )
    def patch(self, request: Request, business_id: UUID, branch_id: UUID) -> Response:
        changes = self.read_input(BranchIn, partial=True)
        branch = operations.edit_branch(
            business_id=business_id, branch_id=branch_id, changes=changes, by=request.user, at=clock.now()
        )
        return success(BranchOut(branch).data, message="Saved.")

    @documented(
        summary="Remove a place",
        permissions=OWNER_OR_OPS,
        responses={204: None},
        errors=[BusinessNotFound, NotYourBusiness, NotFound],
        operation_id="businesses_branches_remove",
    )
    def delete(self, request: Request, business_id: UUID, branch_id: UUID) -> Response:
        operations.remove_branch(business_id=business_id, branch_id=branch_id, by=request.user, at=clock.now())
        return Response(status=204)


class Photos(DeskView):
    @documented(
        summary="Pictures on a business's page",
        permissions=MEMBERS,
        responses=PhotoOut(many=True),
        errors=[BusinessNotFound],
        operation_id="businesses_photos_list",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        rows = BusinessPhoto.objects.filter(business=self.business_or_404(business_id)).order_by("position", "pk")
        return self.paginated(rows, PhotoOut)

    @documented(
        summary="Add a picture",
        permissions=OWNER_OR_OPS,
        request=PhotoIn,
        responses={201: PhotoOut},
        errors=[BusinessNotFound, NotYourBusiness, Invalid],
        example={"url": "https://cdn.example.com/salon.jpg", "caption": "Our salon", "position": 0},
        operation_id="businesses_photos_create",
    )
    def post(self, request: Request, business_id: UUID) -> Response:
        photo = operations.add_photo(
            business_id=business_id, by=request.user, at=clock.now(), **self.read_input(PhotoIn)
        )
        return success(PhotoOut(photo).data, message="Added.", status=201)


class OnePhoto(DeskView):
    @documented(
        summary="Remove a picture",
        permissions=OWNER_OR_OPS,
        responses={204: None},
        errors=[BusinessNotFound, NotYourBusiness, NotFound],
        operation_id="businesses_photos_remove",
    )
    def delete(self, request: Request, business_id: UUID, photo_id: UUID) -> Response:
        operations.remove_photo(business_id=business_id, photo_id=photo_id, by=request.user, at=clock.now())
        return Response(status=204)
