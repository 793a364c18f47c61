"""What a browser's session knows about its second factor; it ends with the person's token version."""

from django.http import HttpRequest

_KEY = "second_factor_version"


def note_second_factor(request: HttpRequest) -> None:
    """The session has shown the second factor of its signed-in person."""
    request.session[_KEY] = request.user.token_version


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the second factor was shown in this session since tokens last ended."""
    return bool(request.session.get(_KEY) == request.user.token_version)
