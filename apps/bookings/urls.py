"""Pages of bookings for people; what is not part of the API."""

from django.urls import path

from apps.bookings.pages import AppointmentPage
from apps.bookings.visit_page import VisitPage

urlpatterns = [
    path("appointment/", AppointmentPage.as_view(), name="appointment"),
    path("visit/", VisitPage.as_view(), name="visit"),
]
