"""Words: ops write a new version, look at it, and send themselves a test."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html

from apps.core import clock
from apps.core.admin import BaseAdmin, audited_action
from apps.notifications import kinds, operations, rendering
from apps.notifications.errors import TemplateRefused
from apps.notifications.letters import PARTS, Words, languages
from apps.notifications.models import Template


class TemplateForm(forms.ModelForm):
    """Checks the words against the variables of their kind before they are kept."""

    kind = forms.ChoiceField(choices=lambda: [(kind.name, kind.label) for kind in kinds.every()])
    language = forms.ChoiceField(choices=lambda: [(language, language) for language in languages()])

    class Meta:
        model = Template
        fields = ("kind", "language", *PARTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name = cleaned.get("kind") or self.instance.kind
        if name and all(part in cleaned for part in PARTS):
            try:
                rendering.check(kinds.get(name), self.words())
            except TemplateRefused as refusal:
                for part, problems in refusal.errors.items():
                    self.add_error(part, problems)
        return cleaned

    def words(self) -> Words:
        """What was written."""
        return Words(**{part: self.cleaned_data[part] for part in PARTS})


@admin.register(Template)
class TemplateAdmin(BaseAdmin):
    form = TemplateForm
    list_display = ("kind", "language", "version", "is_current", "source", "changed_by", "created_at", "preview")
    list_filter = ("is_current", "source", "language")
    list_select_related = ("changed_by",)
    search_fields = ("kind", "subject", "text")
    ordering = ("kind", "language", "-version")
    readonly_fields = ("version", "source", "variables", "preview")
    fields = ("kind", "language", "version", "source", "variables", "preview", *PARTS)
    actions = ("send_test",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "kind", "language") if obj else self.readonly_fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Earlier versions are history."""
        return self.may_change(request) and (obj is None or obj.is_current)

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: bool) -> None:
        made = operations.change_words(
            kind=kinds.get(obj.kind), language=obj.language, words=form.words(), by=request.user, at=clock.now()
        )
        obj.pk, obj.version = made.pk, made.version

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.show_preview)
        return [path("<uuid:pk>/preview/", view, name="notifications_template_preview"), *super().get_urls()]

    def show_preview(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The mail as a person would get it, with the kind's examples."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        template = get_object_or_404(Template, pk=pk)
        return HttpResponse(rendering.framed_html(operations.example_words(template)))

    @admin.display(description="preview")
    def preview(self, template: Template) -> str:
        """A link to the mail with examples in it."""
        if template._state.adding:
            return "–"
        address = reverse("admin:notifications_template_preview", args=[template.pk])
        return format_html('<a href="{}" target="_blank">Look at it</a>', address)

    @admin.display(description="variables")
    def variables(self, template: Template) -> str:
        """What the words may use."""
        own = kinds.get(template.kind).variables if template.kind else {}
        return ", ".join(sorted([*own, *kinds.COMMON]))

    @audited_action("Send a test to me")
    def send_test(self, request: HttpRequest, template: Template) -> None:
        """The words, with examples in them, are on their way to the person who asks."""
        operations.send_test(template=template, by=request.user, at=clock.now())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("changed_by")
