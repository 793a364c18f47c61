"""Reads that allow it may go to a replica; everything else goes to the primary."""

import random
from contextvars import ContextVar
from typing import Any

from django.conf import settings

read_from_replica: ContextVar[bool] = ContextVar("read_from_replica", default=False)


class ReplicaRouter:
    """Sends reads to a replica where the caller has said that staleness does no harm (``read_from_replica``)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        if read_from_replica.get() and settings.DATABASE_REPLICA_URLS:
            return f"replica{random.randrange(len(settings.DATABASE_REPLICA_URLS))}"  # noqa: S311  # no secret
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
