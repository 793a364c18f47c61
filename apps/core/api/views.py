"""What views share: reading input once, with warnings about unknown fields on the way out."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apps.core.api.serializers import InputSerializer


class ReadsInput:
    """Gives a view ``read_input``."""

    request: Request

    def read_input(self, serializer_class: type[InputSerializer], **kwargs: Any) -> dict[str, Any]:
        """The checked body of the request; raises a 400 that names every wrong field."""
        serializer = serializer_class(data=self.request.data, context={"request": self.request, "view": self}, **kwargs)
        serializer.is_valid(raise_exception=True)
        self.input_warnings = [f"Unknown field ignored: {name}" for name in serializer.unknown_fields]
        return dict(serializer.validated_data)

    def read_query(self, serializer_class: type[InputSerializer]) -> dict[str, Any]:
        """The checked query parameters of the request; raises a 400 that names every wrong one.

        A parameter without a value, as a form sends it, is not given; one that is given twice is a list of both.
        """
        lists = self.request.query_params.lists()
        given = {name: ",".join(each for each in values if each) for name, values in lists if any(values)}
        serializer = serializer_class(data=given, context={"request": self.request})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # a mixin
        if warnings := getattr(self, "input_warnings", None):
            response.warnings = [*getattr(response, "warnings", []), *warnings]  # type: ignore[attr-defined]
        return response


class DomainView(ReadsInput, APIView):
    """A view of one address."""


class DomainViewSet(ReadsInput, GenericViewSet[Any]):
    """A view of a resource. ``get_queryset`` starts with ``visible_to(user)``: what one may not see is a 404."""

    lookup_value_regex = "[0-9a-fA-F-]{36}"
