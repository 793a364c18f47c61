"""What is not part of the API: the page behind a mail's link, and where mail providers report back."""

from django.urls import include, path

from apps.notifications import pages

urlpatterns = [
    path("unsubscribe/<str:token>/", pages.unsubscribe, name="unsubscribe"),
    path("webhooks/mail/", include("anymail.urls")),
]
