from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.loyalty.models import LoyaltyAccount, PointEntry


@admin.register(LoyaltyAccount)
class LoyaltyAccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "points", "updated_at")
    search_fields = ("user__email",)
    list_select_related = ("user",)
    ordering = ("-id",)


@admin.register(PointEntry)
class PointEntryAdmin(ReadOnlyAdmin):
    list_display = ("account_user", "kind", "points", "created_at")
    list_filter = ("kind",)
    search_fields = ("account__user__email",)
    list_select_related = ("account__user",)
    ordering = ("-id",)

    @admin.display(description="user")
    def account_user(self, entry: PointEntry) -> str:
        """Whose they are."""
        return str(entry.account.user)
