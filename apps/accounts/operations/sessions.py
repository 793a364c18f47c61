"""Sign-ins begin, go on by rotation, and end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from rest_framework_simplejwt.exceptions import TokenError

from apps.accounts import rules, tokens
from apps.accounts.errors import TokenEnded
from apps.accounts.events import SignInFamilyEnded
from apps.accounts.models import RefreshToken, SignIn, User
from apps.accounts.operations.activity import note_activity
from apps.accounts.states import ActivityKind, SignInEnd
from apps.core import audit, context
from apps.core.conf import timer
from apps.core.events import publish
from apps.core.ids import new_id


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """What a client holds while it is signed in."""

    access: str
    refresh: str


@transaction.atomic
def begin_sign_in(*, user: User, second_factor: bool, at: datetime) -> TokenPair:
    """The person is signed in on this device."""
    origin = context.current.get()
    sign_in = SignIn.objects.create(
        user=user, second_factor=second_factor, ip_address=origin.ip_address, user_agent=origin.user_agent
    )
    row = RefreshToken.objects.create(sign_in=sign_in, **_terms(user, at=at))
    User.all_objects.filter(pk=user.pk).update(last_login=at)
    note_activity(user_id=user.pk, kind=ActivityKind.SIGNED_IN, at=at)
    return _pair(user, sign_in, row, at=at)


def refresh(*, token: str, at: datetime) -> TokenPair:
    """A new pair, and the token given has been replaced. Within a minute of that, it gets the same successor again.

    Raises: TokenEnded when it ran out, its sign-in or person is gone, or it was replaced longer ago; in that case
    somebody may have copied it, and the whole sign-in ends.
    """
    try:
        claims = tokens.RefreshTokenNote(token)  # type: ignore[arg-type]  # the library takes text here
    except TokenError as error:
        raise TokenEnded from error
    with transaction.atomic():
        pair = _rotate(UUID(claims["jti"]), at=at)
    if pair is None:
        raise TokenEnded
    return pair


def _rotate(token_id: UUID, *, at: datetime) -> TokenPair | None:
    row = RefreshToken.objects.select_related("sign_in").locked().filter(pk=token_id).first()
    if row is None or row.sign_in.ended_at is not None or row.expires_at <= at:
        return None
    user = User.objects.filter(pk=row.sign_in.user_id).first()
    if user is None or not rules.may_sign_in(user) or row.version != user.token_version:
        return None
    if row.rotated_at is None:
        successor = RefreshToken(id=new_id(), sign_in=row.sign_in, **_terms(user, at=at))
        RefreshToken.objects.filter(pk=row.pk).update(rotated_at=at, successor=successor.pk)
        successor.save(force_insert=True)
        return _pair(user, row.sign_in, successor, at=at)
    if at - row.rotated_at < timer("REFRESH_REUSE_GRACE"):
        successor = RefreshToken.objects.get(pk=row.successor_id)
        return _pair(user, row.sign_in, successor, at=at)
    end_sign_in(sign_in_id=row.sign_in_id, reason=SignInEnd.TOKEN_REUSED, at=at)
    note_activity(user_id=user.pk, kind=ActivityKind.TOKEN_REUSED, at=at)
    audit.record("sign_in.token_reused", target=row.sign_in, by=user, at=at)
    publish(SignInFamilyEnded(user_id=user.pk, ended_at=at))
    return None


@transaction.atomic
def sign_out(*, at: datetime, refresh_token: str = "", sign_in_id: str | None = None) -> None:
    """The sign-in of that refresh token, or that sign-in, has ended; its access tokens with it. Repeating is harmless."""
    if refresh_token:
        try:
            sign_in_id = tokens.RefreshTokenNote(refresh_token)["sid"]  # type: ignore[arg-type]  # as above
        except TokenError:
            return
    if sign_in_id:
        end_sign_in(sign_in_id=UUID(sign_in_id), reason=SignInEnd.SIGNED_OUT, at=at)


@transaction.atomic
def sign_out_everywhere(*, user_id: UUID, by: User, at: datetime) -> None:
    """Every token of the person has ended, on every device."""
    end_all_tokens(user_id=user_id, reason=SignInEnd.SIGNED_OUT_EVERYWHERE, at=at)
    audit.record("sign_in.ended_everywhere", target=by, by=by, at=at)


def end_sign_in(*, sign_in_id: UUID, reason: SignInEnd, at: datetime) -> None:
    """The sign-in has ended, once."""
    SignIn.objects.open().filter(pk=sign_in_id).update(ended_at=at, end_reason=reason)


def end_all_tokens(*, user_id: UUID, reason: SignInEnd, at: datetime) -> None:
    """The person's token version is the next one, and all sign-ins have ended; called within a transaction."""
    User.all_objects.filter(pk=user_id).update(token_version=F("token_version") + 1)
    SignIn.objects.open().filter(user_id=user_id).update(ended_at=at, end_reason=reason)


def _terms(user: User, *, at: datetime) -> dict[str, object]:
    lifetime = tokens.RefreshTokenNote.lifetime
    return {"version": user.token_version, "role": user.role, "issued_at": at, "expires_at": at + lifetime}


def _pair(user: User, sign_in: SignIn, row: RefreshToken, *, at: datetime) -> TokenPair:
    return TokenPair(
        access=tokens.sign_access(user=user, sign_in=sign_in, at=at),
        refresh=tokens.sign_refresh(row, user_id=user.pk),
    )
