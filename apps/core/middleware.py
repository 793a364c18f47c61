"""The edge: request ids, where a request came from, limits in headers, and input that no part of the product can take."""

import re
from collections.abc import Callable
from contextlib import ExitStack

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.middleware.common import CommonMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from apps.core import clock, context
from apps.core.api.envelope import error_body
from apps.core.api.throttles import client_address
from apps.core.ids import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Every answer carries ``X-Request-ID``, and the limits that the request was counted against."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clock.forget_offset()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(new_id())
        token = context.current.set(
            context.RequestContext(
                request_id=request_id,
                ip_address=client_address(request),
                user_agent=request.headers.get("User-Agent", "")[:300],
            )
        )
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        try:
            response = _refusal(request) or self.get_response(request)
        finally:
            context.current.reset(token)
        response["X-Request-ID"] = request_id
        for name, value in getattr(request, "rate_limit_headers", {}).items():
            response[name] = value
        return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """An answer to what PostgreSQL text cannot hold, or to more than the body may weigh; None when all is well."""
    query = request.META.get("QUERY_STRING", "")
    if "\x00" in request.path or "%00" in query or "\x00" in query:
        return JsonResponse(error_body(code="invalid", message="A NUL character is not text."), status=400)
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and request.path.startswith("/api/"):
        return JsonResponse(error_body(code="too_large", message="A request is at most 1 MiB."), status=413)
    return None


class RedirectKeepingTheBody(HttpResponsePermanentRedirect):
    """A client that forgot the slash sends the same method and body again."""

    status_code = 308


class AddressMiddleware(CommonMiddleware):
    """Leads an address without its trailing slash to the one with it; what was posted is not lost on the way.

    Probes come from inside, by an address and not by the name that the world knows, and are answered all the same.
    """

    response_redirect_class = RedirectKeepingTheBody

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]  # a redirect is an answer
        return None if request.path in PROBES else super().process_request(request)


class HistoryContextMiddleware:
    """Row history written from the back office names the request and the signed-in person.

    The API's acts are in the audit trail with both; a context there would add a statement to each of its writes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            if request.method == "POST" and request.path.startswith("/admin/"):
                user = getattr(request, "user", None)
                stack.enter_context(
                    pghistory.context(
                        user=str(user.pk) if user is not None and user.is_authenticated else None,
                        request_id=context.current.get().request_id,
                        path=request.path[:200],
                    )
                )
            return self.get_response(request)
