from django.conf import settings
from django.urls import URLPattern, path

from apps.payments.sandbox.page import checkout

urlpatterns: list[URLPattern] = []

if settings.SANDBOX:
    urlpatterns.append(path("sandbox/checkout/<str:reference>/", checkout, name="sandbox-checkout"))
