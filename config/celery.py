"""The Celery application: queues, discovery, and the request id that travels with every task."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("guild")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
