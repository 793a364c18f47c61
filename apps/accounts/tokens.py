"""Access and refresh tokens. They end by the platform's clock, so a sandbox that moves time ends them too.

A refresh token is not stored anywhere: its row says what it says, and signing the same row gives the same token.
"""

from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenBackendError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from apps.accounts.models import RefreshToken, SignIn, User
from apps.core import clock
from apps.core.ids import new_id


class ClocklessBackend(TokenBackend):
    """Checks the signature; whether time is up is asked of the platform's clock."""

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT002  # the library's signature
        try:
            return jwt.decode(
                token,
                self.get_verifying_key(token),
                algorithms=[self.algorithm],
                options={"verify_signature": verify, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise TokenBackendError("Token is invalid") from error


class _PlatformToken(Token):
    @property
    def token_backend(self) -> ClocklessBackend:
        return ClocklessBackend(api_settings.ALGORITHM, settings.SIMPLE_JWT["SIGNING_KEY"])

    def check_exp(self, claim: str = "exp", current_time: datetime | None = None) -> None:
        if self.payload.get(claim, 0) <= (current_time or clock.now()).timestamp():
            raise ExpiredTokenError("Token is expired")


class AccessToken(_PlatformToken):
    token_type = "access"  # noqa: S105  # the kind, not a secret
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class RefreshTokenNote(_PlatformToken):
    token_type = "refresh"  # noqa: S105  # as above
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


def sign_access(*, user: User, sign_in: SignIn, at: datetime) -> str:
    """An access token of this sign-in; it ends with the sign-in, and with the user's token version."""
    return _signed(
        AccessToken(),
        jti=new_id().hex,
        iat=_seconds(at),
        exp=_seconds(at + AccessToken.lifetime),
        sid=str(sign_in.pk),
        **_person(user.pk, user.role, user.token_version),
    )


def sign_view(*, user: User, viewer: User, at: datetime, ends_at: datetime) -> str:
    """An access token by which ``viewer`` sees what ``user`` sees, and changes nothing."""
    return _signed(
        AccessToken(),
        jti=new_id().hex,
        iat=_seconds(at),
        exp=_seconds(ends_at),
        viewer_id=str(viewer.pk),
        viewer_version=viewer.token_version,
        **_person(user.pk, user.role, user.token_version),
    )


def sign_refresh(row: RefreshToken, *, user_id: Any) -> str:
    """The refresh token of ``row``: the same row always gives the same token."""
    return _signed(
        RefreshTokenNote(),
        jti=row.pk.hex,
        iat=_seconds(row.issued_at),
        exp=_seconds(row.expires_at),
        sid=str(row.sign_in_id),
        **_person(user_id, row.role, row.version),
    )


def _person(user_id: Any, role: str, version: int) -> dict[str, Any]:
    return {"user_id": str(user_id), "role": role, "version": version}


def _signed(token: Token, **claims: Any) -> str:
    token.payload = {"token_type": token.token_type, **claims}
    return str(token)


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
