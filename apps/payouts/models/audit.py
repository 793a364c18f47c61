"""What every payout went through, written by the database itself."""

from typing import Any, ClassVar

import pghistory

from apps.core.models import append_only_triggers
from apps.payouts.models.payout import Payout

# Columns that only pace our questions would fill the trail.
_LEFT_OUT = ["next_attempt_at", "asked", "updated_at"]
_KEPT = [field.name for field in Payout._meta.fields if field.name not in _LEFT_OUT]

_PayoutSnapshot = pghistory.create_event_model(
    Payout,
    pghistory.InsertEvent("requested"),
    pghistory.UpdateEvent("changed", condition=pghistory.AnyChange(*_KEPT)),
    fields=_KEPT,
    append_only=False,
)


class PayoutAudit(_PayoutSnapshot):  # type: ignore[misc,valid-type]  # a class made at run time
    """The payout as it was after one change; a trigger writes it, so ``update()`` leaves its mark as well."""

    class Meta:
        verbose_name_plural = "payout audit"
        indexes: ClassVar[list[Any]] = []
        triggers = append_only_triggers("payouts_payoutaudit")
