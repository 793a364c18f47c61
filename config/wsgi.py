"""HTTP entry point: REST, admin and pages run on WSGI, which measured several times faster than ASGI here."""

import gc
import os
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
# Where the processes of one server leave their figures, so that /metrics answers for all of them.
if _figures := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_figures).mkdir(parents=True, exist_ok=True)

application = get_wsgi_application()

# Whatever is loaded by now stays for good. The collector need not look through it each time a large answer is made,
# which took a third of the time of reading one.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
