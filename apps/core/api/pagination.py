"""Two ways to page: numbered pages for lists, an opaque cursor for feeds that grow without end."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import pagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class PagePagination(pagination.PageNumberPagination):
    """20 a page, at most 100; ``?page=`` and ``?page_size=``."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class CursorPagination(pagination.CursorPagination):
    """Newest first, by an opaque ``?cursor=``; nothing is counted, so ``count`` is null."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-created_at", "-id")

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"count": None, "next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        paginated = super().get_paginated_response_schema(schema)
        paginated["properties"] = {"count": {"type": "integer", "nullable": True, "example": None}} | paginated[
            "properties"
        ]
        paginated["required"] = ["count", *paginated["required"]]
        return paginated


class NewestFirst(CursorPagination):
    """By their keys, which rise with time."""

    ordering = ("-id",)


def paged(view: APIView, request: Request, rows: QuerySet[Any], serializer: Any) -> Response:
    """One page of ``rows`` as the view's ``pagination_class`` cuts it."""
    pages = view.pagination_class()  # type: ignore[attr-defined]  # every list view names one
    page = pages.paginate_queryset(rows, request, view=view)
    answer: Response = pages.get_paginated_response(serializer(page, many=True).data)
    return answer
