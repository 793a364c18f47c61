"""Saved ways to pay: one's own only."""

from typing import Any
from uuid import UUID

from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainView
from apps.payments import errors, operations
from apps.payments.api.serializers import SavedMethodOut
from apps.payments.models import SavedMethod


class MethodListView(ListAPIView[SavedMethod]):
    serializer_class = SavedMethodOut
    filter_backends = ()
    queryset = SavedMethod.objects.none()

    def get_queryset(self) -> Any:
        return SavedMethod.objects.visible_to(self.request.user).order_by("-is_default", "-created_at", "-pk")

    @documented(
        summary="Your saved ways to pay",
        description="The default first. A card is saved by opening a payment with `save_method`.",
        permissions="Anyone signed in, their own.",
        responses=SavedMethodOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DefaultMethodView(DomainView):
    @documented(
        summary="Make a saved method the default",
        permissions="Its owner.",
        request=EmptyInput,
        responses=SavedMethodOut,
        errors=[errors.MethodNotFound],
    )
    def post(self, request: Request, method_id: UUID) -> Response:
        self.read_input(EmptyInput)
        return success(SavedMethodOut(operations.make_default(method_id=method_id, by=request.user)).data)


class MethodView(DomainView):
    @documented(
        summary="Remove a saved method",
        permissions="Its owner.",
        responses={204: None},
        errors=[errors.MethodNotFound],
    )
    def delete(self, request: Request, method_id: UUID) -> Response:
        operations.remove_method(method_id=method_id, by=request.user, at=clock.now())
        return Response(status=204)
