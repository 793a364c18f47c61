"""Bases of the back office: who may see and change what, and a trail of every change."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.core import audit, clock
from apps.core.admin.columns import with_money
from apps.core.admin.counting import EstimatedPaginator
from apps.core.admin.search import Search
from apps.core.errors import DomainError

OPS_ROLES = frozenset({"ADMIN", "OPS", "VIEWER"})
ACTING_ROLES = frozenset({"ADMIN", "OPS"})


def is_ops(user: Any) -> bool:
    """Whether the person is one of the marketplace's own."""
    return bool(user.is_authenticated and user.role in OPS_ROLES)


class BaseAdmin(ModelAdmin):
    """Ops see by their level: ADMIN and OPS change, VIEWER reads; others see nothing. Every change is in the trail."""

    paginator = EstimatedPaginator
    show_full_result_count = False
    list_per_page = 50
    changing_roles: frozenset[str] = ACTING_ROLES
    compressed_fields = True

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return with_money(self.model, super().get_list_display(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_ops(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_change(self, request: HttpRequest) -> bool:
        """Whether the signed-in person may change rows here."""
        return bool(request.user.is_authenticated and request.user.role in self.changing_roles)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that fit every word of the search, found by way of indexes."""
        search = Search(tuple(self.get_search_fields(request)))
        condition = search.condition(self.model, search_term)
        queryset = queryset.none() if condition is None else queryset.filter(condition)
        if search.was_cut:
            self.message_user(request, "More fits than is shown here: type more of it.", messages.WARNING)
        return queryset, False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            f"admin.{obj._meta.model_name}.{'changed' if change else 'added'}",
            target=obj,
            by=request.user,
            at=clock.now(),
            before={name: str(form.initial.get(name)) for name in form.changed_data} if change else None,
            after={name: str(form.cleaned_data.get(name)) for name in form.changed_data},
        )


class ReadOnlyAdmin(BaseAdmin):
    """Money, audit and history: for looking, whoever looks."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return with_money(self.model, super().get_fields(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows of another table shown under their owner."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)


class BusinessScopedAdmin(BaseAdmin):
    """Ops see every row; CEOs and employees see the rows of their businesses, in lists, searches and look-ups alike."""

    business_lookup = "business"
    member_may_change = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request) or (self.member_may_change and not is_ops(request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        if is_ops(request.user):
            return queryset
        return queryset.filter(**{f"{self.business_lookup}__in": member_businesses(request.user)})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A business's own rows are few enough to be searched one by one."""
        if is_ops(request.user):
            return super().get_search_results(request, queryset, search_term)
        return ModelAdmin.get_search_results(self, request, queryset, search_term)


def member_businesses(user: Any) -> list[Any]:
    """Keys of the businesses whose rows the person may see in the back office; filled in by the catalogue."""
    if not hasattr(user, "_member_businesses"):  # a page asks several times
        user._member_businesses = list(_business_keys(user)) if _business_keys is not None else []
    return list(user._member_businesses)


_business_keys: Callable[[Any], Any] | None = None


def register_member_businesses(function: Callable[[Any], Any]) -> None:
    """``function(user)`` answers the keys of the businesses that a person may see; told once, as Django starts."""
    global _business_keys  # noqa: PLW0603  # one registration, from the wiring
    _business_keys = function


def audited_action(description: str, *, roles: frozenset[str] = ACTING_ROLES) -> Callable[..., Any]:
    """Decorates an admin action that calls one operation per row with ``by=request.user``; refusals become messages."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @admin.action(description=description)
        @wraps(function)
        def run(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
            if request.user.role not in roles:
                self.message_user(request, "Your level does not allow this.", messages.ERROR)
                return None
            done = 0
            for row in queryset:
                try:
                    function(self, request, row)
                    done += 1
                except DomainError as refusal:
                    self.message_user(request, f"{row}: {refusal.message}", messages.WARNING)
            if done:
                self.message_user(request, f"{description}: {done} done.", messages.SUCCESS)
            return None

        return run

    return decorate


class BusinessReadOnlyAdmin(BusinessScopedAdmin):
    """The rows of businesses for looking; operations change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
