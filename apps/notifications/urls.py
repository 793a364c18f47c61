"""What is not part of the API: the page behind a mail's link, and where the mail provider reports back."""

from django.urls import path

from apps.notifications import pages, provider_reports

urlpatterns = [
    path("unsubscribe/<str:token>/", pages.unsubscribe, name="unsubscribe"),
    path("webhooks/mail/<slug:provider>/tracking/", provider_reports.receive, name="mail-reports"),
]
