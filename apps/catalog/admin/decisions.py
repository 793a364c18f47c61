"""Admin actions that ask for a reason, and then call one operation per row."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.core import clock
from apps.core.errors import DomainError

REASON = "reason"


def reasoned_action(name: str, description: str, operation: Callable[..., Any], key: str) -> Callable[..., Any]:
    """An action of ADMIN's over chosen rows: a page asks for the reason, then ``operation`` decides each row."""

    def run(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        if request.user.role != "ADMIN":
            modeladmin.message_user(request, "Only ADMIN decides.", messages.ERROR)
            return None
        reason = request.POST.get(REASON, "").strip()
        if not reason:
            return _ask(modeladmin, request, queryset, name, description)
        for row in queryset:
            try:
                operation(**{key: row.pk}, reason=reason, by=request.user, at=clock.now())
            except DomainError as refusal:
                modeladmin.message_user(request, f"{row}: {refusal.message}", messages.WARNING)
            else:
                modeladmin.message_user(request, f"{row}: done.", messages.SUCCESS)
        return None

    run.__name__ = name
    return admin.action(description=description)(run)


def _ask(modeladmin: Any, request: HttpRequest, queryset: Any, name: str, description: str) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/catalog/reason.html",
        {
            **modeladmin.admin_site.each_context(request),
            "title": description,
            "rows": queryset,
            "action": name,
            "opts": modeladmin.model._meta,
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        },
    )
