"""One machine: the sandbox is on, mail goes to files, everything else as in production."""

import os

os.environ.setdefault("SECRET_KEY", "development-only-secret-key-development-only")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1mZXJuZXQta2V5LTMyYnk=")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
os.environ.setdefault("DATABASE_URL", "postgis:///guild")
os.environ.setdefault("SANDBOX", "1")
os.environ.setdefault("SANDBOX_GATEWAY_SECRET", "development-only-sandbox-gateway")
os.environ.setdefault("LOG_FORMAT", "console")

from config.settings.base import *  # noqa: F403

ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
