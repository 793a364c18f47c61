"""Where the links of our mails lead. Opening one changes nothing, since mail programs open links on their own."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from apps.accounts import operations
from apps.core import clock
from apps.core.errors import DomainError


class NewPasswordForm(forms.Form):
    new_password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


@method_decorator([never_cache, csrf_protect], name="dispatch")
class LinkPage(View):
    """A page whose address holds a mail's token; the button carries it out."""

    title = ""
    button = ""
    done = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, token=request.GET.get("token", ""), form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        token, form = request.POST.get("token", "")[:1000], self.form(request.POST)
        if form is not None and not form.is_valid():
            return self._page(request, token=token, form=form, status=400)
        try:
            self.act(token, form)
        except DomainError as refusal:
            words = [word for each in refusal.errors.values() for word in each] or [refusal.message]
            return self._page(request, token=token, form=form, problem=" ".join(words), status=400)
        return self._page(request, done=self.done)

    def form(self, values: Any = None) -> Any:
        """The form between the words and the button; none here."""
        return None

    def act(self, token: str, form: Any) -> None:
        raise NotImplementedError

    def _page(self, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        words = {"title": self.title, "button": self.button}
        response = render(request, "accounts/link.html", {**words, **context}, status=status)
        # The address holds the token, which goes to no other host; the form has to say where it comes from, or CSRF refuses it.
        response["Referrer-Policy"] = "same-origin"
        return response


class VerifyEmailPage(LinkPage):
    """Proves an e-mail address."""

    title = "Verify your e-mail"
    button = "Yes, this is my address"
    done = "Thank you. Your e-mail is verified."

    def act(self, token: str, form: Any) -> None:
        operations.verify_email(token=token, at=clock.now())


class ResetPasswordPage(LinkPage):
    """Sets a new password."""

    title = "Choose a new password"
    button = "Save the new password"
    done = "Your password is changed. Sign in with it."

    def form(self, values: Any = None) -> NewPasswordForm:
        return NewPasswordForm(values)

    def act(self, token: str, form: Any) -> None:
        operations.reset_password(token=token, new_password=form.cleaned_data["new_password"], at=clock.now())
