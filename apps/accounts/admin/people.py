from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from apps.accounts import operations
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.core import clock
from apps.core.admin import BaseAdmin, audited_action
from apps.core.models import AuditEntry

_ADMINS = frozenset({Role.ADMIN})
_REASON = "From the back office."


admin.site.unregister(Group)  # roles and memberships decide, not groups


@admin.register(User)
class UserAdmin(BaseAdmin):
    """People. Roles and suspension go through the operations that end tokens; passwords are never seen or set here."""

    list_display = ("name_or_contact", "email", "phone", "role", "is_active", "date_joined", "last_login")
    list_filter = ("role", "is_active", "is_guest")
    search_fields = ("email", "phone", "first_name", "last_name", "=id")
    ordering = ("-id",)
    changing_roles = _ADMINS
    fields = (
        "first_name", "last_name", "email", "phone", "role", "time_zone", "language", "email_verified_at",
        "phone_verified_at", "has_second_factor", "must_change_password", "is_active", "is_guest", "suspended_at",
        "erased_at", "date_joined", "last_login", "trail",
    )  # fmt: skip
    readonly_fields = (
        "email", "phone", "role", "email_verified_at", "phone_verified_at", "has_second_factor", "is_active", "is_guest",
        "must_change_password", "suspended_at", "erased_at", "date_joined", "last_login", "trail",
    )  # fmt: skip
    actions = (
        "suspend",
        "restore",
        "sign_out_everywhere",
        "reset_second_factor",
        "make_ops",
        "make_viewer",
        "make_customer",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.all_objects.order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="name", ordering="last_name")
    def name_or_contact(self, user: User) -> str:
        return str(user)

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, user: User) -> bool:
        factor = getattr(user, "second_factor", None)
        return factor is not None and factor.confirmed_at is not None

    @admin.display(description="audit trail")
    def trail(self, user: User) -> Any:
        """The last twenty lines of the trail about this person."""
        rows = AuditEntry.objects.filter(target_type=User._meta.label, target_id=str(user.pk)).select_related("actor")
        lines = ((f"{row.at:%Y-%m-%d %H:%M}", row.action, row.actor or "the platform", row.reason) for row in
                 rows.order_by("-at", "-id")[:20])  # fmt: skip
        return format_html_join("", "<div>{} · {} · {} {}</div>", lines) or "—"

    @audited_action("Suspend", roles=_ADMINS)
    def suspend(self, request: HttpRequest, user: User) -> None:
        operations.suspend_user(user_id=user.pk, by=request.user, at=clock.now(), reason=_REASON)

    @audited_action("Restore", roles=_ADMINS)
    def restore(self, request: HttpRequest, user: User) -> None:
        operations.restore_user(user_id=user.pk, by=request.user, at=clock.now(), reason=_REASON)

    @audited_action("Sign out everywhere", roles=_ADMINS)
    def sign_out_everywhere(self, request: HttpRequest, user: User) -> None:
        operations.sign_out_everywhere(user_id=user.pk, by=request.user, at=clock.now())

    @audited_action("Take a lost second factor off", roles=_ADMINS)
    def reset_second_factor(self, request: HttpRequest, user: User) -> None:
        operations.reset_second_factor(user_id=user.pk, by=request.user, at=clock.now(), reason=_REASON)

    @audited_action("Make operations", roles=_ADMINS)
    def make_ops(self, request: HttpRequest, user: User) -> None:
        operations.change_role(user_id=user.pk, role=Role.OPS, by=request.user, at=clock.now(), reason=_REASON)

    @audited_action("Make viewer", roles=_ADMINS)
    def make_viewer(self, request: HttpRequest, user: User) -> None:
        operations.change_role(user_id=user.pk, role=Role.VIEWER, by=request.user, at=clock.now(), reason=_REASON)

    @audited_action("Make customer", roles=_ADMINS)
    def make_customer(self, request: HttpRequest, user: User) -> None:
        operations.change_role(user_id=user.pk, role=Role.CUSTOMER, by=request.user, at=clock.now(), reason=_REASON)
