"""What a token or an API key may not do although its person could: steps left to take, read-only looks, scopes.

A view that must stay open to people with a step left says so: ``open_while = {Limit.PASSWORD_CHANGE}``, or
``open_to_read_while`` where only its GET is. A view that
shows papers which are the person's alone says ``closed_to_viewers = True``, and one that machines must not reach
``closed_to_api_keys = True``.
"""

from enum import Enum
from typing import Any

from django.urls import get_resolver
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts import errors, rules
from apps.accounts.models import ApiKey, User
from apps.accounts.tokens import AccessToken
from apps.core.errors import NotAllowed

# What identifies a person is changed by the person, not by a machine that holds a key.
CLOSED_AREAS = frozenset({"auth"})
# Powers that a general scope does not carry; they are named, or not given.
NAMED_AREAS = frozenset({"admin", "sandbox"})


class Limit(Enum):
    """A step that somebody has to take before anything else opens."""

    PASSWORD_CHANGE = "PASSWORD_CHANGE"  # noqa: S105  # a step, no secret
    ENROLMENT = "ENROLMENT"


_REFUSALS: dict[Limit, type[NotAllowed]] = {
    Limit.PASSWORD_CHANGE: errors.PasswordChangeNeeded,
    Limit.ENROLMENT: errors.SecondFactorNeeded,
}


def limit_of(user: User, token: Any) -> Limit | None:
    """The step that is left for this person in this sign-in."""
    if "viewer_id" in token:
        return None
    if user.must_change_password:
        return Limit.PASSWORD_CHANGE
    if rules.needs_second_factor(user) and not user.sign_in_second_factor:
        return Limit.ENROLMENT
    return None


def enforce_token_limits(request: Request, user: User, token: Any) -> None:
    """The request is within what the token may do. Raises: PermissionDenied."""
    view = request.parser_context.get("view")
    if "viewer_id" in token and (request.method not in SAFE_METHODS or getattr(view, "closed_to_viewers", False)):
        raise _denied(errors.ReadOnly)
    limit = limit_of(user, token)
    if limit is None or limit in getattr(view, "open_while", ()):
        return
    if request.method not in SAFE_METHODS or limit not in getattr(view, "open_to_read_while", ()):
        raise _denied(_REFUSALS[limit])


def sign_in_of(token: Any) -> str | None:
    """The key of the sign-in that an access token belongs to; None for anything else that a request was let in by."""
    return token.get("sid") if isinstance(token, AccessToken) else None


def enforce_key_limits(request: Request, key: ApiKey) -> None:
    """The request is within the key's scopes. Raises: PermissionDenied."""
    area = area_of(request.path)
    view = request.parser_context.get("view")
    if area in CLOSED_AREAS or getattr(view, "closed_to_api_keys", False):
        raise _denied(errors.ScopeMissing)
    if not scopes_allow(key.scopes, area=area, method=request.method or "GET"):
        raise _denied(errors.ScopeMissing)


def scopes_allow(scopes: list[str], *, area: str, method: str) -> bool:
    """Whether ``scopes`` cover a request: writing includes reading, an area's scope covers that area alone."""
    needed = ("read", "write") if method in SAFE_METHODS else ("write",)
    general = () if area in NAMED_AREAS else needed
    return bool(set(scopes) & {*general, *(f"{area}:{word}" for word in needed)})


def area_of(path: str) -> str:
    """The first word of an address after the version: ``/api/v1/bookings/…`` is ``bookings``."""
    parts = path.split("/")
    return parts[3] if len(parts) > 3 else ""


def known_areas() -> frozenset[str]:
    """Every area of the API that a scope can name."""
    areas = {
        area_of("/" + pattern.lstrip("/").replace("^", ""))
        for pattern in (str(route) for route in _routes(get_resolver().url_patterns))
        if pattern.startswith("api/v1/")
    }
    return frozenset(area for area in areas if area.replace("-", "").isalpha()) - CLOSED_AREAS


def _routes(patterns: Any, prefix: str = "") -> Any:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).replace("^", "")
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _denied(refusal: type[NotAllowed]) -> PermissionDenied:
    return PermissionDenied(refusal.default_message, code=refusal.code)
