"""HTTP entry point: REST, admin and pages run on WSGI, which measured several times faster than ASGI here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

application = get_wsgi_application()
