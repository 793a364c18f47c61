"""What belonging to a business changes about a person's account; the account itself knows no business."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.core import audit


@transaction.atomic
def follow_memberships(*, user_id: UUID, runs_a_desk: bool, lens: str | None, at: datetime) -> User:
    """The person may open the back office exactly while they run a desk or are the marketplace's own.

    ``lens`` is the role that joining brings; only a customer takes it, and tokens of the old role end.
    """
    user: User = User.objects.locked().get(pk=user_id)
    changed: list[str] = []
    may_open = runs_a_desk or user.is_ops
    if user.is_staff != may_open:
        user.is_staff = may_open
        changed.append("is_staff")
    if lens is not None and user.role == Role.CUSTOMER:
        user.role, user.token_version = lens, user.token_version + 1
        changed += ["role", "token_version"]
        audit.record(
            "user.role_changed",
            target=user,
            by=None,
            at=at,
            before={"role": Role.CUSTOMER.value},
            after={"role": lens},
            reason="Joined a business.",
        )
    if changed:
        user.save(update_fields=changed)
    return user
