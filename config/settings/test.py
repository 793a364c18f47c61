"""Tests: no throttles unless a test asks, a fast hasher, mail and files in memory."""

import os

os.environ.setdefault("THROTTLING", "0")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("SMS_BACKEND", "apps.notifications.sms.MemoryBackend")
os.environ.setdefault("PUSH_BACKEND", "apps.notifications.push.MemoryBackend")
os.environ.setdefault("DATABASE_CONN_MAX_AGE", "0")

from config.settings.dev import *  # noqa: F403

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
