"""The back office's door: sign-in with a second factor, a page that sets one up or asks for it, and a fresh password."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views import View
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from apps.accounts import operations, queries
from apps.accounts.qr import qr_svg
from apps.accounts.session import has_shown_second_factor, note_second_factor
from apps.core import clock
from apps.core.errors import DomainError

BACKEND = "apps.accounts.backends.EmailBackend"
_INPUT = " ".join(BASE_INPUT_CLASSES)


def _password(purpose: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": purpose, "class": _INPUT})


class SignInForm(AuthenticationForm):
    """E-mail and password, and the authenticator's code where one is set up."""

    code = forms.CharField(
        label="Code of your authenticator",
        required=False,
        max_length=32,
        help_text="Leave it empty if you have not set one up.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": _INPUT}),
    )

    def clean(self) -> dict[str, Any]:
        """The person is known, and has shown the second factor if one is on."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        code = self.cleaned_data.get("code", "")
        if not username or not password:
            return self.cleaned_data
        at = clock.now()
        try:
            user = operations.check_password(email=username, password=password, at=at)
            if queries.has_second_factor(user):
                if not code:
                    raise ValidationError("Type the code of your authenticator as well.", code="code_required")
                operations.check_second_factor(user_id=user.pk, code=code, at=at)
                note_second_factor(self.request, user)
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        user.backend = BACKEND
        self.user_cache = user
        self.confirm_login_allowed(user)
        return self.cleaned_data


class BackOfficeView(View):
    """A page for people who are signed in to the back office."""

    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not (request.user.is_authenticated and request.user.is_staff):
            return redirect("admin:login")
        return super().dispatch(request, *args, **kwargs)


class PasswordForm(forms.Form):
    """The password as it is, and the new one twice."""

    current_password = forms.CharField(max_length=128, strip=False, widget=_password("current-password"))
    new_password = forms.CharField(max_length=128, strip=False, widget=_password("new-password"))
    again = forms.CharField(label="New password again", max_length=128, strip=False, widget=_password("new-password"))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new_password") != self.cleaned_data.get("again"):
            raise ValidationError("The two new passwords differ.")
        return self.cleaned_data


class PasswordPage(BackOfficeView):
    """Changes the password; every token and session ends, and this one begins anew."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        shown = has_shown_second_factor(request)
        try:
            user = operations.change_password(
                user=self.request.user,
                current_password=form.cleaned_data["current_password"],
                new_password=form.cleaned_data["new_password"],
                at=clock.now(),
            )
        except DomainError as refusal:
            for field, words in refusal.errors.items() or [(None, [refusal.message])]:
                form.add_error(field, words)
            return self._page(request, form, status=400)
        login(request, user, backend=BACKEND)
        if shown:
            note_second_factor(request, user)
        return redirect("admin:index")

    @staticmethod
    def _page(request: HttpRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
        context = {**admin.site.each_context(request), "title": "Change your password", "form": form}
        return render(request, "accounts/change_password.html", context, status=status)


class SecondFactorPage(BackOfficeView):
    """Sets a second factor up for somebody of the back office who has none, or asks for it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        code, at = request.POST.get("code", "")[:32], clock.now()
        try:
            if queries.has_second_factor(self.request.user):
                operations.check_second_factor(user_id=self.request.user.pk, code=code, at=at)
                codes: list[str] = []
            else:
                codes = operations.confirm_enrolment(user_id=self.request.user.pk, code=code, at=at)
        except DomainError as refusal:
            return self._page(request, problem=refusal.message)
        note_second_factor(request, request.user)
        return self._page(request, codes=codes) if codes else redirect("admin:index")

    def _page(self, request: HttpRequest, *, problem: str = "", codes: list[str] | None = None) -> HttpResponse:
        context: dict[str, Any] = {**admin.site.each_context(request), "title": "Second factor", "problem": problem}
        if codes:
            context["codes"] = codes
        elif queries.has_second_factor(self.request.user):
            context["asks"] = True
        else:
            # A wrong code keeps the seed that was scanned; only a fresh visit makes a new one.
            enrolment = (
                operations.pending_enrolment(user_id=self.request.user.pk)
                if request.method == "POST"
                else operations.begin_enrolment(user_id=self.request.user.pk, at=clock.now())
            )
            context |= {"seed": enrolment.seed, "qr": mark_safe(qr_svg(enrolment.uri).split("?>", 1)[-1])}  # made here
        return render(request, "accounts/second_factor.html", context, status=400 if problem else 200)
