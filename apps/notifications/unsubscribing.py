"""One-click unsubscribing: a signed link that switches one kind of e-mail off for one person."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.notifications import kinds
from apps.notifications.kinds import Kind
from apps.notifications.models import Notification
from apps.notifications.states import Category

_SALT = "notifications.unsubscribe"


@dataclass(frozen=True, kw_only=True)
class Unsubscription:
    """Who no longer wants which kind by e-mail."""

    user_id: str
    kind: Kind


def link_for(notification: Notification) -> str:
    """The person's link for this kind; empty where the kind is no mere offer, or the person has no account."""
    if notification.user_id is None or notification.kind.category != Category.MARKETING:
        return ""
    token = signing.dumps([str(notification.user_id), notification.notification_type], salt=_SALT)
    return settings.PUBLIC_BASE_URL + reverse("unsubscribe", args=[token])


def read(token: str) -> Unsubscription | None:
    """Whom and what a token names, or None where it is none of ours."""
    try:
        user_id, name = signing.loads(token, salt=_SALT)
        return Unsubscription(user_id=user_id, kind=kinds.get(name))
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        return None
