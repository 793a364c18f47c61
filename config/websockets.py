"""Every WebSocket address of the product, on one page."""

from django.urls import URLPattern, path

from apps.notifications.sockets import NotificationsSocket

websocket_urlpatterns: list[URLPattern] = [
    path("ws/notifications/", NotificationsSocket.as_asgi()),
]
