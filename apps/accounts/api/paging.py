from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


def paged(view: APIView, request: Request, rows: QuerySet[Any], serializer: Any) -> Response:
    """One page of ``rows`` as the view's ``pagination_class`` cuts it."""
    pages = view.pagination_class()  # type: ignore[attr-defined]  # every list view names one
    page = pages.paginate_queryset(rows, request, view=view)
    answer: Response = pages.get_paginated_response(serializer(page, many=True).data)
    return answer
