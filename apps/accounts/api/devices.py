from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations, queries
from apps.accounts.api.serializers.profile import DeviceIn, DeviceOut
from apps.core import clock
from apps.core.api.pagination import PagePagination, paged
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import Invalid, NotFound


class Devices(DomainView):
    pagination_class = PagePagination

    @documented(
        summary="Devices that my messages are pushed to",
        operation_id="profile_devices_list",
        responses=DeviceOut(many=True),
    )
    def get(self, request: Request) -> Response:
        return paged(self, request, queries.devices_of(request.user), DeviceOut)

    @documented(
        summary="Register a device",
        description="Registering again is harmless; a device belongs to whoever registered it last.",
        request=DeviceIn,
        responses={201: DeviceOut},
        errors=[Invalid, errors.TooMany],
        example={"kind": "FCM", "token": "dGhpcyBpcyBhIHRva2Vu", "name": "Ada's phone"},
    )
    def post(self, request: Request) -> Response:
        values = self.read_input(DeviceIn)
        keys = values.get("keys") or {}
        device = operations.register_device(
            user=request.user,
            kind=values["kind"],
            name=values["name"],
            address=values["token"] if values["kind"] == "FCM" else values["endpoint"],
            web_push_key=keys.get("p256dh", ""),
            web_push_secret=keys.get("auth", ""),
            at=clock.now(),
        )
        return success(DeviceOut(device).data, message="This device gets your messages.", status=201)


class DeviceDetail(DomainView):
    @documented(summary="Remove a device", responses={204: None}, errors=[NotFound])
    def delete(self, request: Request, device_id: UUID) -> Response:
        operations.remove_device(user=request.user, device_id=device_id)
        return Response(status=204)
