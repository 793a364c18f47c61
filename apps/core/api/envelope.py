"""One envelope for every answer: ``status``, ``data``, ``message``, ``errors``; a refusal adds what a machine needs."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings

from apps.core import context
from apps.core.api.responses import WrittenJson
from apps.core.errors import DomainError
from apps.core.words import said, said_throughout

logger = logging.getLogger(__name__)

_NON_FIELD = api_settings.NON_FIELD_ERRORS_KEY
_AT_THE_DOOR = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed, exceptions.PermissionDenied)


class EnvelopeRenderer(JSONRenderer):
    """Wraps what a view answers; a refusal arrives wrapped already."""

    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code == 204:
            return b""
        written = data if isinstance(data, WrittenJson) else None
        if not getattr(response, "is_error_envelope", False):
            data = success_body(
                None if written is not None else data,
                message=getattr(response, "message", ""),
                warnings=getattr(response, "warnings", None),
            )
        rendered = super().render(data, accepted_media_type, renderer_context)
        return rendered if written is None else rendered.replace(b"null", written.encode(), 1)


def success_body(data: Any, *, message: str = "", warnings: list[str] | None = None) -> dict[str, Any]:
    """The envelope of an answer."""
    body = {"status": "success", "data": data, "message": said(message), "errors": {}}
    if warnings:
        body["warnings"] = said_throughout(warnings)
    return body


def error_body(
    *, code: str, message: str, errors: dict[str, Any] | None = None, data: Any = None, retryable: bool = False
) -> dict[str, Any]:
    """The envelope of a refusal."""
    return {
        "status": "error",
        "data": data,
        "message": said(message),
        "errors": said_throughout(errors or {}),
        "code": code,
        "retryable": retryable,
        "request_id": context.current.get().request_id,
    }


def exception_handler(error: Exception, handler_context: dict[str, Any]) -> Response | None:
    """A refusal in the envelope, or None for a bug, which rises."""
    headers: dict[str, str] = {}
    error = _counted(_in_rest_terms(error), handler_context)
    if isinstance(error, DomainError):
        return _refuse_domain(error)
    if isinstance(error, OperationalError):
        logger.error("database_unavailable", exc_info=error)
        return _refuse(503, "unavailable", "Busy at the moment. Please try again.", None, None, retryable=True)
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        return _refuse(400, "invalid", "Some of what you sent cannot be used.", _by_field(error.detail), None)
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(int(error.wait) + 1)
    return _refuse(
        error.status_code,
        _code_of(error),
        str(error.detail),
        None,
        None,
        retryable=isinstance(error, exceptions.Throttled),
        headers=headers,
    )


def _in_rest_terms(error: Exception) -> Exception:
    """Django's own refusals as the framework's."""
    if isinstance(error, Http404):
        return exceptions.NotFound("There is nothing here.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, DjangoValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {_NON_FIELD: error.messages}
        return exceptions.ValidationError(by_field)
    return error


def _counted(error: Exception, handler_context: dict[str, Any]) -> Exception:
    """The refusal, or that the caller has had too many: whoever is turned away at the door counts like everybody."""
    if not isinstance(error, _AT_THE_DOOR):
        return error
    view, request = handler_context.get("view"), handler_context.get("request")
    if view is None or request is None or hasattr(request._request, "rate_limit_headers"):
        return error
    try:
        view.check_throttles(request)
    except exceptions.Throttled as throttled:
        return throttled
    return error


def _refuse_domain(error: DomainError) -> Response:
    wait_s = error.data.get("retry_after_s") if isinstance(error.data, dict) else None
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    return _refuse(
        error.status, error.code, error.message, error.errors, error.data, retryable=error.retryable, headers=headers
    )


def _refuse(
    status: int,
    code: str,
    message: str,
    errors: dict[str, Any] | None,
    data: Any,
    *,
    retryable: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    body = error_body(code=code, message=message, errors=errors, data=data, retryable=retryable)
    response = Response(body, status=status, headers=headers)
    response.is_error_envelope = True  # type: ignore[attr-defined]
    return response


def _code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def _by_field(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {_NON_FIELD: detail if isinstance(detail, list) else [detail]}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no part of the product may see, such as one for a host that is not ours."""
    return _plain(request, 400, "invalid", "Some of what you sent cannot be used.", "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that the caller may not do, refused outside of the API's own views."""
    return _plain(request, 403, "permission_denied", "You may not do this.", "Your role does not open this page.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A path that does not exist, in the envelope for the API and in words for people."""
    return _plain(
        request,
        404,
        "not_found",
        "There is nothing at this address.",
        "The address may have a slip in it. The links of our letters open in the app; this server is what it talks to.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug: logged with its request id, told without details."""
    return _plain(
        request,
        500,
        "server_error",
        "Something went wrong on our side. It has been noted.",
        "Trying again may help; nothing was done twice.",
    )


def _plain(request: HttpRequest, status: int, code: str, message: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(code=code, message=message, retryable=status >= 500), status=status)
    told = {
        "message": said(message),
        "advice": said(advice) if advice else "",
        "request_id": context.current.get().request_id if status >= 500 else "",
        "in_back_office": request.path.startswith("/admin/"),
    }
    return HttpResponse(render_to_string("core/problem.html", told), status=status)
