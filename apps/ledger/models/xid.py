from django.db import models
from django.db.models import Func


class CurrentTransactionId(Func):
    """The id of the running transaction, 64 bits wide: rows below a horizon are those that can no longer change."""

    arity = 0
    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()
