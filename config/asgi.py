"""WebSocket entry point: everything below ``/ws/``. Plain HTTP reaching it is answered by Django as well."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

http_application = get_asgi_application()

from config.websockets import websocket_urlpatterns  # noqa: E402  # models must be loaded first

application = ProtocolTypeRouter({"http": http_application, "websocket": URLRouter(websocket_urlpatterns)})
