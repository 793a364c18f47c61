"""Pages that mails lead to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import NotFound
from apps.notifications import operations, unsubscribing


@csrf_exempt  # the mailbox's own button posts here without a session; the link itself is the proof
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing, since scanners open links; its button, or the mailbox's, unsubscribes."""
    wish = unsubscribing.read(token)
    if wish is None:
        return _page(request, None, is_done=False, status=404)
    if request.method == "POST":
        try:
            operations.unsubscribe(token=token, at=clock.now())
        except NotFound:
            return _page(request, None, is_done=False, status=404)
    return _page(request, wish.kind.label, is_done=request.method == "POST")


def _page(request: HttpRequest, label: str | None, *, is_done: bool, status: int = 200) -> HttpResponse:
    return render(request, "notifications/unsubscribe.html", {"label": label, "is_done": is_done}, status=status)
