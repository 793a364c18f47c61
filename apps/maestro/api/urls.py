from django.urls import path

from apps.maestro.api import businesses

urlpatterns = [
    path("maestro/businesses/", businesses.RankedBusinesses.as_view(), name="maestro-businesses"),
]
