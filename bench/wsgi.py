"""WSGI entry of the benchmark's server: the product's own, under the benchmark's settings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from config.wsgi import application

__all__ = ["application"]
