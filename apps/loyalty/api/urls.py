from django.urls import path

from apps.loyalty.api.views import LoyaltyView, PointHistoryView, RedeemView

urlpatterns = [
    path("loyalty/", LoyaltyView.as_view(), name="loyalty"),
    path("loyalty/history/", PointHistoryView.as_view(), name="loyalty-history"),
    path("loyalty/redeem/", RedeemView.as_view(), name="loyalty-redeem"),
]
