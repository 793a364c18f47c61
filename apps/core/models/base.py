"""What every table shares: UUIDv7 keys, moments by the platform's clock, row locks in one order, soft deletion."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models

from apps.core import clock
from apps.core.ids import new_id


class BaseQuerySet(models.QuerySet[Any]):
    def locked(self) -> Self:
        """The rows, locked until the transaction ends, always in the order of their keys."""
        return self.select_for_update(no_key=True, of=("self",)).order_by("pk")

    def claimed(self, limit: int) -> Self:
        """At most ``limit`` rows that nobody else holds, locked; for sweeps that share the work."""
        return self.select_for_update(no_key=True, skip_locked=True, of=("self",))[:limit]


class BaseModel(models.Model):
    """A row with a UUIDv7 key that knows when it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated_at = clock.now()
        update_fields = kwargs.get("update_fields")
        if update_fields is not None:
            kwargs["update_fields"] = {*update_fields, "updated_at"}
        super().save(*args, **kwargs)


class SoftDeleteManager(models.Manager[Any]):
    """Leaves deleted rows out."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_deleted=False)


class SoftDeleteModel(BaseModel):
    """A business record: deleting hides it, the row stays."""

    is_deleted = models.BooleanField(default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: Any = SoftDeleteManager.from_queryset(BaseQuerySet)()
    all_objects: Any = BaseQuerySet.as_manager()

    class Meta:
        abstract = True

    def soft_delete(self, *, at: datetime) -> None:
        """The row is hidden from every list and look-up."""
        self.is_deleted, self.deleted_at = True, at
        self.save(update_fields=["is_deleted", "deleted_at"])


def append_only_triggers(table: str) -> list[pgtrigger.Trigger]:
    """Triggers by which the database refuses to change, delete or truncate rows of ``table``."""
    return [
        pgtrigger.Protect(name=f"{table}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{table}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{table} is append-only: it cannot be truncated';",
        ),
    ]
