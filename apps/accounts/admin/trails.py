from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.models import AccountActivity, SignIn, SignInGuard
from apps.core import audit, clock
from apps.core.admin import ReadOnlyAdmin, audited_action


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at", "second_factor", "ip_address", "ended_at", "end_reason")
    list_filter = ("end_reason", "second_factor")
    search_fields = ("user__email", "user__last_name", "=ip_address")
    list_select_related = ("user",)
    ordering = ("-id",)


@admin.register(AccountActivity)
class AccountActivityAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at", "kind", "actor", "note")
    list_filter = ("kind",)
    search_fields = ("user__email", "user__last_name")
    list_select_related = ("user", "actor")
    ordering = ("-id",)


@admin.register(SignInGuard)
class SignInGuardAdmin(ReadOnlyAdmin):
    """Lock-outs. The key is a digest: whom it is about shows when they call."""

    list_display = ("id", "failures", "last_failed_at", "locked_until")
    ordering = ("-last_failed_at",)
    fields = ("failures", "last_failed_at", "locked_until")
    actions = ("unlock",)

    @audited_action("Unlock")
    def unlock(self, request: HttpRequest, guard: SignInGuard) -> None:
        """The account or address may try again at once."""
        SignInGuard.objects.filter(pk=guard.pk).delete()
        audit.record("sign_in.unlocked", target=guard, by=request.user, at=clock.now())
