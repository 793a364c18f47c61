from typing import Any

from django.db import models
from django.db.models import Func


class CurrentTransactionId(Func):
    """The id of the running transaction, 64 bits wide."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """The 64-bit id of a database transaction: rows below a horizon are those that can no longer change."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"

    def from_db_value(self, value: Any, *_: Any) -> int | None:
        return None if value is None else int(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002
        return None if value is None or hasattr(value, "resolve_expression") else str(value)
