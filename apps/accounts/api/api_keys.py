from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations, queries
from apps.accounts.api.serializers.credentials import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from apps.core import clock
from apps.core.api.pagination import PagePagination, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import NotFound


class ApiKeys(DomainView):
    closed_to_viewers = True
    pagination_class = PagePagination

    @documented(summary="Your API keys", operation_id="auth_api_keys_list", responses=ApiKeyOut(many=True))
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.api_keys_of(request.user), ApiKeyOut)

    @documented(
        summary="Make an API key",
        description="The key is shown this once. Send it as `Authorization: Api-Key …`. Scopes: `read` and `write` for "
        "everything but `/admin/`; `<area>:read` and `<area>:write` for one area, the first word of the path. "
        "`/auth/` is closed to keys.",
        request=ApiKeyIn,
        responses={201: NewApiKeyOut},
        errors=[errors.TooMany],
        example={"name": "Till in Lekki", "scopes": ["read", "bookings:write"]},
    )
    def post(self, request: Request) -> Response:
        made = operations.create_api_key(user=request.user, **self.read_input(ApiKeyIn), at=clock.now())
        return success({**ApiKeyOut(made.key).data, "key": made.secret}, message="Keep the key safe.", status=201)


class ApiKeyDetail(DomainView):
    closed_to_viewers = True

    @documented(summary="Revoke an API key", responses={204: None}, errors=[NotFound])
    def delete(self, request: Request, key_id: UUID) -> Response:
        operations.revoke_api_key(key_id=key_id, owner=request.user, by=request.user, at=clock.now())
        return Response(status=204)
