"""Actions of the back office that ask why."""

from django import forms
from django.http import HttpRequest
from unfold.forms import ActionForm

from apps.core.errors import Invalid


class ReasonedActionForm(ActionForm):
    """The actions' form, which also asks why."""

    reason = forms.CharField(required=False, max_length=500, label="Reason")


def reason_of(request: HttpRequest) -> str:
    """Why the action is taken. Raises: Invalid without a reason."""
    reason = str(request.POST.get("reason", "")).strip()
    if not reason:
        raise Invalid("Say why, in the field beside the action.")
    return reason
