"""What every subscription went through, written by the database itself."""

from typing import Any, ClassVar

import pghistory

from apps.core.models import append_only_triggers
from apps.subscriptions.models.subscription import Subscription

# Columns that only pace the sweep would fill the trail.
_LEFT_OUT = ["due_at", "updated_at"]
_KEPT = [field.name for field in Subscription._meta.fields if field.name not in _LEFT_OUT]

_SubscriptionSnapshot = pghistory.create_event_model(
    Subscription,
    pghistory.InsertEvent("chosen"),
    pghistory.UpdateEvent("changed", condition=pghistory.AnyChange(*_KEPT)),
    fields=_KEPT,
    append_only=False,
)


class SubscriptionAudit(_SubscriptionSnapshot):  # type: ignore[misc,valid-type]  # a class made at run time
    """The subscription as it was after one change; a trigger writes it, so ``update()`` leaves its mark as well."""

    class Meta:
        verbose_name_plural = "subscription audit"
        indexes: ClassVar[list[Any]] = []
        triggers = append_only_triggers("subscriptions_subscriptionaudit")
