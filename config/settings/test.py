"""Tests: no throttles unless a test asks, a fast hasher, mail and files in memory."""

import os

os.environ.setdefault("THROTTLING", "0")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("SMS_BACKEND", "apps.notifications.sms.MemoryBackend")
os.environ.setdefault("PUSH_BACKEND", "apps.notifications.push.MemoryBackend")
os.environ.setdefault("DATABASE_CONN_MAX_AGE", "0")

# Workers of a parallel run share one Redis, each with a database of its own.
_process = os.environ
if _worker := _process.get("PYTEST_XDIST_WORKER", "").removeprefix("gw"):
    _server = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0").rsplit("/", 1)[0]
    _process["REDIS_URL"] = f"{_server}/{(int(_worker) + 1) % 16}"

from config.settings.dev import *  # noqa: E402,F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CELERY_TASK_ALWAYS_EAGER = False
OUTBOX_WAKE = False
WHITENOISE_AUTOREFRESH = True
# The statement that a test's own database is created by is the owner's; run-time rights are tested by SET ROLE.
DATABASES["default"]["OPTIONS"]["options"] = "-c jit=off -c lock_timeout=15s"
# `./guild test` has migrated a database once; each worker's own is a copy of it.
if _template := _process.get("TEST_DATABASE_TEMPLATE", ""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template, "MIGRATE": False}
