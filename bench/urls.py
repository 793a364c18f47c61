"""The product's addresses, and the floors' under ``/floor/``."""

from django.urls import include, path

from bench import floors

handler404 = "apps.core.api.envelope.not_found"
handler500 = "apps.core.api.envelope.server_error"

urlpatterns = [
    path("floor/", include(floors.urlpatterns)),
    path("", include("config.urls")),
]
