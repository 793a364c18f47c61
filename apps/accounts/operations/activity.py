from datetime import datetime
from uuid import UUID

from apps.accounts.models import AccountActivity, User
from apps.accounts.states import ActivityKind
from apps.core import context


def note_activity(
    *, user_id: UUID, kind: ActivityKind, at: datetime, actor: User | None = None, note: str = ""
) -> AccountActivity:
    """The person sees this in the history of the account; where ops acted, their address stays theirs."""
    origin = context.current.get()
    own = actor is None
    return AccountActivity.objects.create(
        user_id=user_id,
        kind=kind,
        actor=actor,
        note=note[:1000],
        ip_address=origin.ip_address if own else None,
        user_agent=origin.user_agent if own else "",
        created_at=at,
    )
