"""Who am I."""

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations, queries
from apps.accounts.api.serializers.account import account_data, my_account_in, my_account_out
from apps.accounts.api.serializers.profile import ActivityOut
from apps.accounts.limits import Limit
from apps.core import clock
from apps.core.api.pagination import CursorPagination, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView

_EXAMPLE = {"first_name": "Ada", "last_name": "Okafor", "phone": "+2348031234567", "time_zone": "Africa/Lagos"}


class Account(DomainView):
    open_to_read_while = frozenset(Limit)

    def get(self, request: Request) -> Response:
        return Response(account_data(request.user))

    def put(self, request: Request) -> Response:
        return self._store(request, partial=False)

    def patch(self, request: Request) -> Response:
        return self._store(request, partial=True)

    def _store(self, request: Request, *, partial: bool) -> Response:
        values = self.read_input(my_account_in(), partial=partial)
        user = operations.update_account(user=request.user, values=values, at=clock.now())
        return success(account_data(user), message="Saved.")


def document_account() -> None:
    """The schema knows what other apps add to the account; told once they have."""
    shape, taken = my_account_out(), my_account_in()
    extend_schema_view(
        get=documented(summary="Who am I", responses=shape),
        put=documented(
            summary="Change my account",
            request=taken,
            responses=shape,
            errors=[errors.PhoneTaken],
            example=_EXAMPLE,
        ),
        patch=documented(
            summary="Change some of my account",
            description="A new phone has to be proven again.",
            request=taken,
            responses=shape,
            errors=[errors.PhoneTaken],
            example={"phone": "+2348031234567"},
        ),
    )(Account)


class History(DomainView):
    pagination_class = CursorPagination

    @documented(
        summary="What happened to my account",
        description="Sign-ins, changes, and who of our team looked at it.",
        operation_id="profile_history_list",
        responses=ActivityOut(many=True),
    )
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.activity_of(request.user), ActivityOut)
