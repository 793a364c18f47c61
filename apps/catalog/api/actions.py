"""What the caller could do next with a business, read off its state machine and the rules."""

from typing import Any

from django_fsm import can_proceed

from apps.catalog import rules
from apps.catalog.models import Business
from apps.catalog.states import VerificationStatus
from apps.core.api.actions import AvailableAction

_STOPS = "New jobs stop; money that is held for past jobs is not touched."


def actions_of(business: Business, user: Any) -> list[AvailableAction]:
    """Every action that the caller could take on the business now."""
    path = f"/api/v1/businesses/{business.pk}"
    actions = []
    if rules.may_manage_business(user, business):
        actions.append(AvailableAction(name="edit", method="PATCH", path=f"{path}/"))
        name = "deactivate" if business.is_active else "activate"
        effect = _STOPS if business.is_active else None
        actions.append(AvailableAction(name=name, method="PUT", path=f"{path}/{name}/", money_effect=effect))
        actions.append(AvailableAction(name="invite", method="POST", path=f"{path}/members/"))
    if rules.is_owner(user, business):
        actions.append(_apply(business, path))
    if rules.may_decide_verification(user):
        actions += [
            AvailableAction(name=name, method="POST", path=f"{path}/{name}/", money_effect=effect)
            for name, method, effect in (
                ("verify", business.verify, "The business can be booked and paid."),
                ("reject", business.reject, None),
                ("suspend", business.suspend, _STOPS),
            )
            if can_proceed(method)
        ]
    return actions


def _apply(business: Business, path: str) -> AvailableAction:
    waits = business.verification_status == VerificationStatus.PENDING
    return AvailableAction(
        name="apply",
        method="POST",
        path=f"{path}/apply/",
        reason="A file is under review; you may add to it." if waits else None,
    )
