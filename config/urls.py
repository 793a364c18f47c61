"""Every address of the product starts here; each app brings its own below ``/api/v1/``."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

handler400 = "apps.core.api.envelope.bad_request"
handler403 = "apps.core.api.envelope.forbidden"
handler404 = "apps.core.api.envelope.not_found"
handler500 = "apps.core.api.envelope.server_error"

API = [
    path("", include("apps.core.api.urls")),
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.notifications.api.urls")),
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.availability.api.urls")),
    path("", include("apps.maestro.api.urls")),
    path("", include("apps.ledger.api.urls")),
    path("", include("apps.payments.api.urls")),
    path("", include("apps.credits.api.urls")),
    path("", include("apps.loyalty.api.urls")),
    path("", include("apps.payouts.api.urls")),
    path("", include("apps.packages.api.urls")),
    path("", include("apps.invoices.api.urls")),
    path("", include("apps.statements.api.urls")),
    path("", include("apps.disputes.api.urls")),
    path("", include("apps.bookings.api.urls")),
    path("", include("apps.subscriptions.api.urls")),
    path("", include("apps.reconciliation.api.urls")),
    path("", include("apps.backoffice.api.urls")),
]

urlpatterns = [
    path("api/v1/", include(API)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="swagger"),
    path("api/redoc/", SpectacularRedocView.as_view(url_name="schema"), name="redoc"),
    path("", include("apps.accounts.urls")),
    path("", include("apps.backoffice.urls")),
    path("admin/", admin.site.urls),
    path("", include("apps.core.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.payments.urls")),
    path("", include("apps.bookings.urls")),
]
