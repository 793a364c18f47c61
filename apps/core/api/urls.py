from django.urls import path

from apps.core.api.sandbox import AdvanceClock, SandboxClock

urlpatterns = [
    path("sandbox/clock/", SandboxClock.as_view(), name="sandbox-clock"),
    path("sandbox/clock/advance/", AdvanceClock.as_view(), name="sandbox-clock-advance"),
]
