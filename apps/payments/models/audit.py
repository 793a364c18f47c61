"""What every payment went through, written by the database itself."""

from typing import Any, ClassVar

import pghistory

from apps.core.models import append_only_triggers
from apps.payments.models.payment import Payment

# Secrets stay out of the trail, and columns that only pace our questions would fill it.
_LEFT_OUT = ["client_secret", "next_check_at", "checks", "updated_at"]
_KEPT = [field.name for field in Payment._meta.fields if field.name not in _LEFT_OUT]

_PaymentSnapshot = pghistory.create_event_model(
    Payment,
    pghistory.InsertEvent("created"),
    pghistory.UpdateEvent("changed", condition=pghistory.AnyChange(*_KEPT)),
    fields=_KEPT,
    append_only=False,
)


class PaymentAudit(_PaymentSnapshot):  # type: ignore[misc,valid-type]  # a class made at run time
    """The payment as it was after one change; a trigger writes it, so ``update()`` leaves its mark as well."""

    class Meta:
        verbose_name_plural = "payment audit"
        indexes: ClassVar[list[Any]] = []
        triggers = append_only_triggers("payments_paymentaudit")
