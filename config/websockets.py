"""Every WebSocket address of the product, on one page."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
