from django.urls import path

from apps.maestro.api import businesses, staff

urlpatterns = [
    path("maestro/businesses/", businesses.RankedBusinesses.as_view(), name="maestro-businesses"),
    path("maestro/staff/", staff.MatchingStaff.as_view(), name="maestro-staff"),
]
