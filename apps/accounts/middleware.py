"""The back office asks the marketplace's own people for a fresh password and a second factor before it opens."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts import rules
from apps.accounts.session import has_shown_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]


class BackOfficeMiddleware:
    """Whoever has a step left to take is led to it; nothing else of the back office opens until then."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefix = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.prefix) and (step := self._step_left(request)) is not None:
            return redirect(step)
        if not (request.path.startswith(self.prefix) and request.user.is_authenticated):
            return self.get_response(request)
        with timezone.override(request.user.time_zone or None):  # dates of the back office are the reader's
            return self.get_response(request)

    def _step_left(self, request: HttpRequest) -> str | None:
        open_pages = {reverse("admin:logout"), reverse("admin:login"), reverse("admin:jsi18n")}
        if request.path in open_pages or not request.user.is_authenticated:
            return None
        if request.user.must_change_password:
            return _unless_there(request, reverse("back-office-password"))
        if rules.needs_second_factor(request.user) and not has_shown_second_factor(request):
            return _unless_there(request, reverse("back-office-second-factor"))
        return None


def _unless_there(request: HttpRequest, page: str) -> str | None:
    return None if request.path == page else page
