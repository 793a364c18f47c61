from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts import api_key_secrets, limits
from apps.accounts.errors import TooMany
from apps.accounts.events import ApiKeyCreated
from apps.accounts.models import ApiKey, User
from apps.accounts.operations.activity import note_activity
from apps.accounts.states import ActivityKind
from apps.core import audit
from apps.core.errors import Invalid, NotFound
from apps.core.events import publish

MOST = 20


@dataclass(frozen=True, kw_only=True)
class NewApiKey:
    """A key and its secret, which is known here and now only."""

    key: ApiKey
    secret: str


@transaction.atomic
def create_api_key(
    *, user: User, name: str, scopes: list[str], at: datetime, expires_at: datetime | None = None
) -> NewApiKey:
    """A key of these scopes exists; its secret is answered this once. Raises: Invalid for unknown scopes; TooMany."""
    unknown = sorted(scope for scope in scopes if not _is_known(scope))
    if unknown or not scopes:
        raise Invalid(errors={"scopes": [f"Not known: {', '.join(unknown)}." if unknown else "Name at least one."]})
    if expires_at is not None and expires_at <= at:
        raise Invalid(errors={"expires_at": ["This is past."]})
    User.objects.locked().get(pk=user.pk)
    if ApiKey.objects.live().filter(user=user).count() >= MOST:
        raise TooMany(f"You can hold {MOST} keys.")
    secret = api_key_secrets.new_secret()
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=api_key_secrets.prefix_of(secret),
        digest=api_key_secrets.digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_at=at,
    )
    note_activity(user_id=user.pk, kind=ActivityKind.API_KEY_CREATED, at=at, note=str(key))
    audit.record("api_key.created", target=key, by=user, at=at, after={"name": name, "scopes": key.scopes})
    publish(ApiKeyCreated(user_id=user.pk, api_key_id=key.pk, created_at=at))
    return NewApiKey(key=key, secret=secret)


@transaction.atomic
def revoke_api_key(*, key_id: UUID, by: User, at: datetime, owner: User | None = None) -> ApiKey:
    """The key opens nothing any more; repeating is harmless. Raises: NotFound when it is not ``owner``'s."""
    key = ApiKey.objects.locked().filter(pk=key_id, **({"user": owner} if owner else {})).first()
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        actor = by if by.pk != key.user_id else None
        note_activity(user_id=key.user_id, kind=ActivityKind.API_KEY_REVOKED, at=at, actor=actor, note=str(key))
        audit.record("api_key.revoked", target=key, by=by, at=at)
    return key


def _is_known(scope: str) -> bool:
    area, _, word = scope.rpartition(":")
    return word in {"read", "write"} and (scope == word or area in limits.known_areas())
