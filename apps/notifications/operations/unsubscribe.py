"""One-click unsubscribing."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.notifications import unsubscribing
from apps.notifications.kinds import Kind
from apps.notifications.operations.prefer import store_preferences
from apps.notifications.states import Channel


@transaction.atomic
def unsubscribe(*, token: str, at: datetime) -> Kind:
    """The person of the link gets no more e-mail of its kind. Raises: NotFound for a link that is none of ours."""
    wish = unsubscribing.read(token)
    if wish is None or not wish.kind.may_mute(Channel.EMAIL) or not User.objects.filter(pk=wish.user_id).exists():
        raise NotFound("This link is not, or no longer, one of ours.")
    store_preferences(user_id=wish.user_id, rows={(wish.kind.name, Channel.EMAIL): False}, at=at)
    return wish.kind
