"""HTTP entry point: REST, admin and pages run on WSGI, which measured several times faster than ASGI here."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
# Where the processes of one server leave their figures, so that /metrics answers for all of them.
if _figures := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_figures).mkdir(parents=True, exist_ok=True)

application = get_wsgi_application()
