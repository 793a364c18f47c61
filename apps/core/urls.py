from django.urls import path

from apps.core import health
from apps.core.pages import favicon, welcome

urlpatterns = [
    path("", welcome, name="welcome"),
    path("favicon.ico", favicon, name="favicon"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
