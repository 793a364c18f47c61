from django.urls import path

from apps.credits.api import views

urlpatterns = [
    path("credits/balance/", views.BalanceView.as_view(), name="credits-balance"),
    path("credits/history/", views.HistoryView.as_view(), name="credits-history"),
    path("credits/purchase/", views.PurchaseView.as_view(), name="credits-purchase"),
    path("credits/gift/", views.GiftView.as_view(), name="credits-gift"),
    path("credits/promo/", views.PromoView.as_view(), name="credits-promo"),
    path("credits/promo/check/", views.PromoCheckView.as_view(), name="credits-promo-check"),
    path("credits/referral/", views.ReferralView.as_view(), name="credits-referral"),
]
