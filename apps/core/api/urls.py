from django.urls import path

from apps.core.api.sandbox import AdvanceClock

urlpatterns = [path("sandbox/clock/advance/", AdvanceClock.as_view(), name="sandbox-clock-advance")]
