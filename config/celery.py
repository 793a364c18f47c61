"""The Celery application: queues, discovery, and the request id that travels with every task."""

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")


class TracedTask(Task):
    """A task carries the id of the request that ordered it, and reads the clock afresh."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        from apps.core import context  # noqa: PLC0415  # Django is not ready when this module is imported

        headers = {**(options.pop("headers", None) or {}), "guild_request_id": context.current.get().request_id}
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from structlog.contextvars import bound_contextvars  # noqa: PLC0415  # as above

        from apps.core import clock, context  # noqa: PLC0415  # as above

        request_id = getattr(self.request, "guild_request_id", None) or ""
        clock.forget_offset()
        token = context.current.set(context.RequestContext(request_id=request_id))
        try:
            with bound_contextvars(request_id=request_id, task=self.name):
                return super().__call__(*args, **kwargs)
        finally:
            context.current.reset(token)


app = Celery("guild", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
