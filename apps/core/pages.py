"""Pages for people who open the server's address in a browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Where to go from here: the API's documents, the back office, the health of the whole."""
    return render(request, "core/welcome.html", {"sandbox": settings.SANDBOX})


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that ask where they look for it by themselves."""
    return redirect(static("guild/mark.svg"))
