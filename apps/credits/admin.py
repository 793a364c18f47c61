"""Credits in the back office: operations grant them with a reason and make promo codes; the rest is for looking."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.core import clock
from apps.core.admin import BaseAdmin, ReadOnlyAdmin, ReadOnlyInline, money_of
from apps.core.money import money_words
from apps.credits import operations
from apps.credits.models import CreditPurchase, Gift, Grant, Line, PromoCode, Redemption, Referral, Use
from apps.credits.states import Source

_GIVEN_BY_HAND = (Source.PROMOTION, Source.LOYALTY, Source.REFUND)


class GrantForm(forms.ModelForm):
    """What operations say of credits that they give."""

    source = forms.ChoiceField(choices=[(source.value, source.label) for source in _GIVEN_BY_HAND])
    reason = forms.CharField(max_length=300, help_text="Why; the customer does not see it.")

    class Meta:
        model = Grant
        fields: ClassVar[list[str]] = ["customer", "currency", "source", "amount_minor", "expires_at", "reason"]

    def clean(self) -> dict[str, Any] | None:
        """Only credits for a refund last for ever."""
        given = super().clean() or {}
        amount, expires_at = given.get("amount_minor"), given.get("expires_at")
        if amount is not None and amount <= 0:
            self.add_error("amount_minor", "Name an amount above nothing.")
        if (given.get("source") == Source.REFUND) != (expires_at is None):
            self.add_error("expires_at", "Credits of promotions run out; those for a refund never do.")
        if expires_at is not None and expires_at <= clock.now():
            self.add_error("expires_at", "This is over.")
        return given


class UseInline(ReadOnlyInline):
    model = Use
    fields = (
        "payment_id", "gift", "refund_id", money_of("amount_minor", currency="grant.currency"), "state", "moved_at",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("grant", "gift")


@admin.register(Grant)
class GrantAdmin(BaseAdmin):
    list_display = ("customer", "source", "amount_minor", "used_minor", "expires_at", "given_by", "created_at")
    list_filter = ("source", "currency")
    search_fields = ("=id", "=customer__email", "customer__last_name", "=pinned_to")
    list_select_related = ("customer", "given_by")
    autocomplete_fields = ("customer",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **({} if obj else {"form": GrantForm}), **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [UseInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The grant is made by the operation, which books, audits and tells."""
        made = operations.grant_credits(
            customer_id=obj.customer_id, currency=obj.currency, amount_minor=obj.amount_minor,
            source=Source(obj.source), reason=obj.reason, expires_at=obj.expires_at, by=request.user, at=clock.now(),
        )  # fmt: skip
        obj.pk = made.pk


@admin.register(Use)
class UseAdmin(ReadOnlyAdmin):
    list_display = (
        "grant", "payment_id", "gift", "refund_id", money_of("amount_minor", currency="grant.currency"),
        money_of("returned_minor", currency="grant.currency"), "state", "moved_at",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("=id", "=payment_id", "=refund_id", "=grant__id")
    list_select_related = ("grant", "gift")
    ordering = ("-id",)


@admin.register(Line)
class LineAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "customer",
        "kind",
        money_of("amount_minor", currency="grant.currency"),
        "grant",
        "payment_id",
    )
    list_filter = ("kind",)
    search_fields = ("=payment_id", "=customer__email", "=grant__id")
    list_select_related = ("customer", "grant")
    ordering = ("-id",)


@admin.register(CreditPurchase)
class CreditPurchaseAdmin(ReadOnlyAdmin):
    list_display = ("customer", "amount_minor", "status", "pay_until", "paid_at", "payment_id")
    list_filter = ("status", "currency")
    search_fields = ("=id", "=payment_id", "=customer__email")
    list_select_related = ("customer",)
    ordering = ("-id",)


@admin.register(Gift)
class GiftAdmin(ReadOnlyAdmin):
    list_display = ("giver", "receiver", "amount_minor", "created_at")
    list_filter = ("currency",)
    search_fields = ("=id", "=giver__email", "=receiver__email")
    list_select_related = ("giver", "receiver")
    ordering = ("-id",)


@admin.register(PromoCode)
class PromoCodeAdmin(BaseAdmin):
    list_display = (
        "code", "title", "kind", "is_active", "amount_minor", "percent", "redeemed", "limit_total", "starts_at", "ends_at",
    )  # fmt: skip
    list_filter = ("kind", "is_active", "currency")
    search_fields = ("=id", "code", "title")
    readonly_fields = ("redeemed",)
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "code", "kind", "currency") if obj else self.readonly_fields


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    list_display = ("code", "customer", "number", "payment_id", "state", "created_at")
    list_filter = ("state",)
    search_fields = ("=id", "=payment_id", "code__code", "=customer__email")
    list_select_related = ("code", "customer")
    ordering = ("-id",)


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ("user", "code", "referred_by", "rewarded_at", "reward", "created_at")
    search_fields = ("=id", "code", "=user__email", "=referred_by__email")
    list_select_related = ("user", "referred_by")
    ordering = ("-id",)

    @admin.display(description="reward")
    def reward(self, referral: Referral) -> str:
        """What each side had, once it had it."""
        return money_words(referral.reward_minor, referral.currency) if referral.rewarded_at else ""
