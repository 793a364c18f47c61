"""The profile of the caller's role, personal data out, and erasure."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations
from apps.accounts.api.serializers.profile import EraseIn, profile_data, profile_in, profile_out
from apps.accounts.states import CodePurpose, Role
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainView
from apps.core.errors import Invalid


class ProfileView(DomainView):
    def get(self, request: Request) -> Response:
        return Response(profile_data(request.user))

    def patch(self, request: Request) -> Response:
        values = self.read_input(profile_in([request.user.role]), partial=True)
        operations.update_profile(user=request.user, values=values, at=clock.now())
        request.user.refresh_from_db()
        return success(profile_data(request.user), message="Saved.")


def document_profile() -> None:
    """The schema knows what other apps add to the profile of each role; told once they have."""
    shape = PolymorphicProxySerializer(
        component_name="Profile",
        serializers={role: profile_out(role) for role in Role.values},
        resource_type_field_name="role",
    )
    extend_schema_view(
        get=documented(
            summary="My profile",
            description="The base that everybody has, and what the role adds: addresses, credits and favourites for "
            "customers; skills and rating for staff; businesses for owners; department and level for our own people.",
            responses=shape,
        ),
        patch=documented(
            summary="Change my profile",
            request=profile_in(list(Role.values)),
            responses=shape,
            errors=[Invalid],
            example={"bio": "I like early mornings.", "time_zone": "Africa/Lagos"},
        ),
    )(ProfileView)


class Export(DomainView):
    throttle_scope = "password"
    closed_to_viewers = True
    closed_to_api_keys = True

    @documented(
        summary="My personal data",
        description="Everything that is kept about you, by section, as JSON.",
        responses={200: dict[str, Any]},
    )
    def get(self, request: Request) -> Response:
        return Response(operations.export_personal_data(user=request.user, at=clock.now()))


class Erase(DomainView):
    throttle_scope = "password"
    closed_to_api_keys = True

    @documented(
        summary="Erase my account",
        description="Names and contacts go, the books stay; you are signed out everywhere. Refused while something is "
        "still open; the reasons are in `data.reasons`.",
        request=EraseIn,
        responses=None,
        errors=[errors.PasswordWrong, errors.CodeWrong, errors.ErasureRefused, errors.LastAdmin, errors.LockedOut],
        example={"password": "Harmattan-Breeze-7"},
    )
    def post(self, request: Request) -> Response:
        operations.erase(user=request.user, **self.read_input(EraseIn), at=clock.now())
        return success(message="Your account is erased.")


class EraseCode(DomainView):
    throttle_scope = "one_time_code"
    closed_to_api_keys = True

    @documented(
        summary="Send a code that confirms an erasure",
        description="For people who sign in by phone and have no password.",
        request=EmptyInput,
        responses=None,
    )
    def post(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        operations.send_code(user=request.user, purpose=CodePurpose.ERASE, at=clock.now())
        return success(message="If you gave a number, a code is on its way.")
