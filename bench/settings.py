"""The product as it runs, without throttles, plus the floors' views."""

import os

os.environ["THROTTLING"] = "0"
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings.dev import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
WSGI_APPLICATION = "bench.wsgi.application"
