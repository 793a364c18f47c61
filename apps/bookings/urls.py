"""Pages of bookings for people."""

from django.urls import path

from apps.bookings.visit_page import VisitPage

urlpatterns = [path("visit/", VisitPage.as_view(), name="visit")]
