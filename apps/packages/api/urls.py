from django.urls import path

from apps.packages.api.views import Purchases

ONE = "packages/purchases/<uuid:purchase_id>/"

urlpatterns = [
    path("packages/mine/", Purchases.as_view({"get": "mine"}), name="packages-mine"),
    path("packages/purchases/", Purchases.as_view({"get": "list"}), name="package-purchases"),
    path(ONE, Purchases.as_view({"get": "retrieve"}), name="package-purchase"),
    path(f"{ONE}refund/", Purchases.as_view({"post": "refund"}), name="package-refund"),
    path("packages/<uuid:package_id>/buy/", Purchases.as_view({"post": "buy_package"}), name="package-buy"),
    path("bundles/<uuid:bundle_id>/buy/", Purchases.as_view({"post": "buy_bundle"}), name="bundle-buy"),
]
