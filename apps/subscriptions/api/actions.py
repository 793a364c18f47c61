"""What can be done with a subscription next, read off its state."""

from apps.core.api.actions import AvailableAction
from apps.subscriptions.models import Subscription
from apps.subscriptions.states import LIVING, SubscriptionState


def actions_of(subscription: Subscription) -> list[AvailableAction]:
    """Calling off, going on after all, and of a business another plan, where each is possible now."""
    if subscription.state not in LIVING:
        return []
    base = _base(subscription)
    is_active = subscription.state == SubscriptionState.ACTIVE
    found = []
    if subscription.business_id is not None and is_active and not subscription.cancels_at_end:
        found.append(AvailableAction(name="change", method="POST", path=f"{base}change/"))
    if is_active and subscription.cancels_at_end:
        deadline = subscription.period_ends_at
        found.append(AvailableAction(name="resume", method="POST", path=f"{base}resume/", deadline=deadline))
    else:
        found.append(AvailableAction(name="cancel", method="POST", path=f"{base}cancel/"))
    return found


def _base(subscription: Subscription) -> str:
    if subscription.business_id is not None:
        return f"/api/v1/businesses/{subscription.business_id}/subscription/"
    return f"/api/v1/practitioners/memberships/{subscription.pk}/"
