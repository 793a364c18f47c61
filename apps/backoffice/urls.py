"""Pages of the back office beside the admin's own."""

from django.contrib import admin
from django.urls import path

from apps.backoffice.books_pages import PAGES
from apps.backoffice.day_page import day_view

urlpatterns = [
    path("admin/calendar/", admin.site.admin_view(day_view), name="back-office-day"),
    *[path(f"admin/books/{way}", admin.site.admin_view(view), name=name) for way, view, name in PAGES],
]
