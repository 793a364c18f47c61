"""The OpenAPI schema as it really is: the envelope around every answer, refusals with their codes, the key's header."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from apps.core.api.schema_examples import sample
from apps.core.errors import DomainError

_METHODS = ("get", "post", "put", "patch", "delete")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of ``Authorization: Bearer``."""

    target_class = "apps.accounts.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class StrictInputScheme(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """How the schema says that an unknown field is refused."""

    target_class = "apps.core.api.serializers.StrictInputSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        return auto_schema._map_serializer(self.target, direction, bypass_extensions=True) | {
            "additionalProperties": False
        }


# Refusals that any end point may give; the body is always the same envelope.
_REFUSALS = {
    "400": "Bad input: `errors` names the fields.",
    "401": "Not signed in, or the token has ended.",
    "403": "Signed in, but not allowed.",
    "404": "Not there, or not yours to see.",
    "405": "The method does not exist here.",
    "406": "Only JSON is served.",
    "409": "The world has moved on, or somebody was faster.",
    "413": "The body is larger than 1 MiB.",
    "415": "Only JSON is read.",
    "422": "The Idempotency-Key belongs to another request.",
    "429": "Too many requests; see Retry-After.",
    "503": "Something that is depended on does not answer; try again.",
}


_HEADERS: dict[str, Any] = {
    "X-Request-ID": {
        "description": "Names this request in every log; yours, where you sent one of 8 to 64 letters, digits, `._-`.",
        "required": True,
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "What is left of each limit that was counted, and the seconds until it is whole again.",
        "schema": {"type": "string", "example": '"user";r=996;t=3312'},
    },
    "RateLimit-Policy": {
        "description": "Each limit that was counted: how many requests in how many seconds.",
        "schema": {"type": "string", "example": '"user";q=1000;w=3600'},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to show who you are.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "`true` where the stored answer to an earlier request with the same key was given again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "ETag": {"description": "Send it as `If-None-Match`.", "schema": {"type": "string"}},
}
# What is told besides by status; the limits and the request id are told with every one.
_HEADERS_OF = {
    "401": ("WWW-Authenticate",),
    "409": ("Retry-After",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


class EnvelopeAutoSchema(AutoSchema):
    """Adds the Idempotency-Key header to the views that accept it, and says where nobody has to sign in."""

    def get_auth(self) -> list[Any]:
        """What may be shown; nothing as well, where the view's own permissions let somebody through who shows nothing."""
        schemes = super().get_auth()
        nobody = SimpleNamespace(method=self.method, user=AnonymousUser())
        is_open = all(each.has_permission(nobody, self.view) for each in self.view.get_permissions())
        return [*schemes, {}] if is_open and {} not in schemes else schemes

    def get_override_parameters(self) -> list[Any]:
        method = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        if not getattr(method, "is_idempotent", False):
            return []
        return [
            OpenApiParameter(
                name="Idempotency-Key",
                type=OpenApiTypes.STR,
                location=OpenApiParameter.HEADER,
                description="The same key and body replays the stored answer for 24 h.",
            )
        ]

    def get_tags(self) -> list[str]:
        """The first word of the path after the version."""
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return [parts[2] if len(parts) > 2 and parts[0] == "api" else "platform"]


def documented(
    *,
    summary: str,
    description: str = "",
    permissions: str = "Anyone signed in.",
    request: Any = None,
    responses: Any = None,
    errors: Sequence[type[DomainError]] = (),
    example: Any = None,
    response_example: Any = None,
    parameters: Sequence[Any] = (),
    **kwargs: Any,
) -> Callable[[Any], Any]:
    """Decorates a view method with its summary, who may call it, its refusals by code, and worked examples."""
    refusals = "\n".join(f"- `{error.code}` ({error.status}): {error.default_message}" for error in errors)
    text = f"{description}\n\n**Who:** {permissions}".strip()
    if refusals:
        text += f"\n\n**Refusals:**\n{refusals}"
    examples = []
    if example is not None:
        examples.append(OpenApiExample("Request", value=example, request_only=True))
    if response_example is not None:
        examples.append(OpenApiExample("Answer", value=response_example, response_only=True))
    return extend_schema(
        summary=summary,
        description=text,
        request=request,
        responses=responses,
        examples=examples,
        parameters=list(parameters),
        **kwargs,
    )


def document_envelope(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:  # the hook's signature
    """Every answer below ``/api/v1/`` is described in its envelope."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Refusal"] = _REFUSAL_SCHEMA
    components["headers"] = _HEADERS
    for path, operations in result.get("paths", {}).items():
        if not path.startswith("/api/v1/"):
            continue
        for method in _METHODS:
            if method in operations:
                _wrap_responses(operations[method], schemas)
                _document_headers(method, operations[method])
    return result


def _document_headers(method: str, operation: dict[str, Any]) -> None:
    parameters = [each["name"] for each in operation.get("parameters", [])]
    is_page = method == "get" and {} in operation.get("security", [])
    if is_page:
        operation["responses"]["304"] = {"description": "What you have, by its ETag, is what there is."}
    for status, response in operation["responses"].items():
        names = ["X-Request-ID", "RateLimit", "RateLimit-Policy", *_HEADERS_OF.get(status, ())]
        if status.startswith("2") and "Idempotency-Key" in parameters:
            names.append("Idempotency-Replayed")
        if is_page and status in {"200", "304"}:
            names.append("ETag")
        headers = response.setdefault("headers", {})
        for name in names:
            headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})


def _wrap_responses(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    for status, response in responses.items():
        if not status.startswith("2") or status == "204":
            continue
        if response.get("content") and "application/json" not in response["content"]:
            continue  # a file, which goes without an envelope
        media = response.setdefault("content", {}).setdefault("application/json", {})
        shape = media.get("schema", {"nullable": True})
        media["schema"] = _enveloped(shape)
        media.setdefault("examples", {"Answer": {"value": sample(shape, schemas)}})
        for example in media.get("examples", {}).values():
            example["value"] = {"status": "success", "data": example["value"], "message": "", "errors": {}}
    for status, words in _REFUSALS.items():
        responses.setdefault(
            status,
            {
                "description": words,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
            },
        )


def _enveloped(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["status", "data", "message", "errors"],
        "properties": {
            "status": {"type": "string", "enum": ["success"]},
            "data": schema,
            "message": {"type": "string"},
            "errors": {"type": "object"},
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
    }


_REFUSAL_SCHEMA = {
    "type": "object",
    "required": ["status", "data", "message", "errors", "code", "retryable", "request_id"],
    "properties": {
        "status": {"type": "string", "enum": ["error"]},
        "data": {"nullable": True, "description": "What would work instead, where that helps."},
        "message": {"type": "string"},
        "errors": {"type": "object", "description": "By field."},
        "code": {"type": "string", "example": "slot_taken"},
        "retryable": {"type": "boolean"},
        "request_id": {"type": "string"},
    },
    "example": {
        "status": "error",
        "data": None,
        "message": "Some of what you sent cannot be used.",
        "errors": {"start": ["The start lies in the past."]},
        "code": "start_in_past",
        "retryable": False,
        "request_id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10",
    },
}
