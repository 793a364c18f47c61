from django.urls import path

from apps.core import health
from apps.core.pages import welcome

urlpatterns = [
    path("", welcome, name="welcome"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
