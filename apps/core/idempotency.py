"""Idempotency keys: one row per actor and key, written in the transaction of the effect, so neither is without the other.

The same key and body replays the stored answer; another body is 422; one still running is 409 (an advisory lock that
ends with its transaction, also when the process dies). Refused requests store nothing: repeating them is harmless. With a
key the whole request is one transaction: one that PostgreSQL breaks off, since it and another waited for each other, is
redone before anything is answered. Without a key something may have been committed before, and nothing is redone.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.throttles import client_address
from apps.core.database import call_function, redone_when_broken_off
from apps.core.errors import Conflict, Invalid, Unprocessable
from apps.core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST_KEY = 255


class StillRunning(Conflict):
    code = "idempotency_key_in_use"
    default_message = "The first request with this Idempotency-Key is still running."
    default_retryable = True


class KeyReused(Unprocessable):
    code = "idempotency_key_reused"
    default_message = "This Idempotency-Key was used for another request."


def key_of(request: Request) -> str | None:
    """The caller's key, or None. Raises: Invalid when it is empty, too long or not printable ASCII."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(f"{HEADER} is 1 to {_LONGEST_KEY} printable ASCII characters.")
    return key


def fingerprint_of(request: Request) -> str:
    """A digest of what the request asks for: method, path and body."""
    body = json.dumps(request.data, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()


def actor_of(request: Request) -> str:
    """Whose key it is: the user, or the address of an anonymous caller."""
    return str(request.user.pk) if request.user.is_authenticated else f"anonymous:{client_address(request)}"


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """Decorates a view method that acts within one transaction: a repeated key repeats the answer, not the act."""

    @wraps(method)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = key_of(request)
        if key is None:
            return method(view, request, *args, **kwargs)
        actor, fingerprint = actor_of(request), fingerprint_of(request)

        @transaction.atomic
        def once() -> Response:
            stored = _stored_answer(actor, key, fingerprint)
            if stored is not None:
                return stored
            response = method(view, request, *args, **kwargs)
            _store(actor, key, fingerprint, response)
            return response

        return redone_when_broken_off(once)

    answer.is_idempotent = True  # type: ignore[attr-defined]  # read by the schema, which documents the header
    return answer


def _stored_answer(actor: str, key: str, fingerprint: str) -> Response | None:
    (locked, known, status, body, message) = call_function("core_idempotency_begin", actor, key)[0]
    if not locked:
        raise StillRunning
    if known is None:
        return None
    if known != fingerprint:
        raise KeyReused
    response = Response(json.loads(body) if body is not None else None, status=status, headers={REPLAYED: "true"})
    response.message = message  # type: ignore[attr-defined]  # the envelope's words travel with the response
    return response


def _store(actor: str, key: str, fingerprint: str, response: Response) -> None:
    IdempotencyRecord.objects.create(
        actor=actor,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body=response.data,
        message=getattr(response, "message", ""),
        created_at=clock.now(),
    )
