"""What a browser's session knows about its second factor; it ends with the person's token version."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

_FACTOR = "second_factor"


def note_second_factor(request: HttpRequest, user: Any) -> None:
    """The session has shown the second factor of ``user``, who is signed in here or about to be."""
    if SESSION_KEY in request.session and request.session[SESSION_KEY] != str(user.pk):
        request.session.flush()
    request.session[_FACTOR] = _mark(user)


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the second factor was shown in this session since the person's tokens last ended."""
    return bool(request.session.get(_FACTOR) == _mark(request.user))


def _mark(user: Any) -> str:
    return f"{user.pk}:{user.token_version}"
