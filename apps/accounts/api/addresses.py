from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations, queries
from apps.accounts.api.serializers.addresses import AddressIn, AddressOut
from apps.core import clock
from apps.core.api.pagination import PagePagination, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import Invalid, NotFound

_EXAMPLE = {
    "label": "Home",
    "lines": ["12 Admiralty Way"],
    "landmark": "Opposite the blue water tower",
    "city": "Lekki",
    "state": "Lagos",
    "country": "NG",
    "point": {"latitude": 6.4281, "longitude": 3.4219},
    "default": True,
}


class Addresses(DomainView):
    pagination_class = PagePagination

    @documented(summary="My addresses", operation_id="profile_addresses_list", responses=AddressOut(many=True))
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.addresses_of(request.user), AddressOut)

    @documented(
        summary="Save an address",
        description="It is normalised and located; a `point` that you send is a pin and stays. The first address is the "
        "default.",
        request=AddressIn,
        responses={201: AddressOut},
        errors=[Invalid, errors.TooMany],
        example=_EXAMPLE,
    )
    def post(self, request: Request) -> Response:
        values = self.read_input(AddressIn)
        is_default = values.pop("default", False)
        address = operations.add_address(
            user=request.user, text=operations.AddressText(**values), is_default=is_default, at=clock.now()
        )
        return success(AddressOut(address).data, message="Saved.", status=201)


class AddressDetail(DomainView):
    @documented(
        summary="One of my addresses",
        operation_id="profile_addresses_retrieve",
        responses=AddressOut,
        errors=[NotFound],
    )
    def get(self, request: Request, address_id: UUID) -> Response:
        address = queries.addresses_of(request.user).filter(pk=address_id).first()
        if address is None:
            raise NotFound
        return Response(AddressOut(address).data)

    @documented(
        summary="Replace an address",
        request=AddressIn,
        responses=AddressOut,
        errors=[NotFound, Invalid],
        example=_EXAMPLE,
    )
    def put(self, request: Request, address_id: UUID) -> Response:
        blank: dict[str, Any] = {"landmark": "", "state": "", "postal_code": ""}
        return self._store(request, address_id, blank | self.read_input(AddressIn))

    @documented(
        summary="Change some of an address",
        request=AddressIn,
        responses=AddressOut,
        errors=[NotFound, Invalid],
        example={"landmark": "Behind the mosque", "default": True},
    )
    def patch(self, request: Request, address_id: UUID) -> Response:
        return self._store(request, address_id, self.read_input(AddressIn, partial=True))

    @documented(summary="Remove an address", responses={204: None}, errors=[NotFound])
    def delete(self, request: Request, address_id: UUID) -> Response:
        operations.remove_address(user=request.user, address_id=address_id, at=clock.now())
        return Response(status=204)

    def _store(self, request: Request, address_id: UUID, values: dict[str, Any]) -> Response:
        is_default = values.pop("default", False)
        address = operations.change_address(
            user=request.user, address_id=address_id, values=values, is_default=is_default, at=clock.now()
        )
        return success(AddressOut(address).data, message="Saved.")
