"""What a person wants to hear, and where."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.ids import new_id
from apps.notifications.errors import CannotBeMuted
from apps.notifications.kinds import Kind
from apps.notifications.models import Preference
from apps.notifications.queries import Wish, wishes_of
from apps.notifications.states import Channel


@transaction.atomic
def set_preferences(*, by: Any, wanted: Collection[tuple[Kind, Channel, bool]], at: datetime) -> list[Wish]:
    """Each named kind is wanted, or not, on the named channel; what is not named stays. Answers the whole table.

    Raises: CannotBeMuted, changing nothing, where something must reach the person.
    """
    refused = {
        f"{kind.name}.{channel}": ["This cannot be switched off."]
        for kind, channel, is_enabled in wanted
        if not is_enabled and not kind.may_mute(channel)
    }
    if refused:
        raise CannotBeMuted(errors=refused)
    rows = {(kind.name, channel): is_enabled for kind, channel, is_enabled in wanted if kind.may_mute(channel)}
    store_preferences(user_id=by.pk, rows=rows, at=at)
    return wishes_of(by)


def store_preferences(*, user_id: UUID | str, rows: dict[tuple[str, Channel], bool], at: datetime) -> None:
    """The rows say what the person wants from now on."""
    Preference.objects.bulk_create(
        (
            Preference(
                id=new_id(),
                user_id=user_id,
                notification_type=name,
                channel=channel,
                is_enabled=is_enabled,
                created_at=at,
                updated_at=at,
            )
            for (name, channel), is_enabled in sorted(rows.items())
        ),
        update_conflicts=True,
        unique_fields=["user", "notification_type", "channel"],
        update_fields=["is_enabled", "updated_at"],
    )
