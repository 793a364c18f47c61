"""Two ways to page: numbered pages for lists, an opaque cursor for feeds that grow without end."""

from typing import Any

from rest_framework import pagination
from rest_framework.response import Response


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
