"""Reads that allow it may go to a replica; everything else goes to the primary."""

import random
from typing import Any

from django.conf import settings

from apps.core.replicas import may_be_stale


class ReplicaRouter:
    """Sends reads to a replica where the caller has said that staleness does no harm (public pages do)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        if may_be_stale() and settings.DATABASE_REPLICA_URLS:
            return f"replica{random.randrange(len(settings.DATABASE_REPLICA_URLS))}"  # noqa: S311  # no secret
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
