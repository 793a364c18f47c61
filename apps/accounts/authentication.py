"""Who is asking: the bearer of an access token, a machine with an API key, or ops at a customer's screen."""

from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed as BadToken
from rest_framework_simplejwt.exceptions import InvalidToken

from apps.accounts import api_key_secrets, limits
from apps.accounts.models import ApiKey, SignIn, User
from apps.accounts.states import ACTING_OPS_ROLES
from apps.core import clock

_ENDED = "This token has ended. Sign in again."


class TokenAuthentication(JWTAuthentication):
    """Accepts ``Authorization: Bearer``. A role or password change, or the end of the sign-in, ends the token at once."""

    def authenticate(self, request: Request) -> Any:
        try:
            found: Any = super().authenticate(request)
        except BadToken as error:
            raise AuthenticationFailed(_ENDED, code="token_ended") from error
        if found is not None:
            limits.enforce_token_limits(request, *found)
        return found

    def get_user(self, validated_token: Any) -> User:
        sign_in = SignIn.objects.open().filter(pk=validated_token.get("sid"), user=OuterRef("pk"))
        user = (
            User.objects.registered()
            .filter(pk=validated_token.get("user_id"), is_active=True)
            .annotate(
                sign_in_second_factor=Subquery(sign_in.values("second_factor")),
                sign_in_is_open=Exists(sign_in),
            )
            .first()
        )
        if user is None or validated_token.get("version") != user.token_version:
            raise InvalidToken({"detail": _ENDED, "code": "token_ended"})
        if not (user.sign_in_is_open or _is_live_view(validated_token)):
            raise InvalidToken({"detail": _ENDED, "code": "token_ended"})
        return user


def _is_live_view(token: Any) -> bool:
    """Whether the token shows a screen to somebody of ops who is still that."""
    return (
        "viewer_id" in token
        and User.objects.filter(
            pk=token["viewer_id"], token_version=token["viewer_version"], is_active=True, role__in=ACTING_OPS_ROLES
        ).exists()
    )


def user_of_token(raw: str) -> User | None:
    """The person of an access token, or None where it has ended or is limited; for connections that are no requests."""
    authentication = TokenAuthentication()
    try:
        token = authentication.get_validated_token(raw.encode())
        user = authentication.get_user(token)
    except BadToken:
        return None
    return None if limits.limit_of(user, token) else user


class ApiKeyAuthentication(BaseAuthentication):
    """Accepts ``Authorization: Api-Key``, within the key's scopes."""

    keyword = b"api-key"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        at = clock.now()
        key = self._find(parts[1]) if len(parts) == 2 else None
        if key is None or not key.user.is_active or (key.expires_at is not None and key.expires_at <= at):
            raise AuthenticationFailed("This API key is not known or has ended.", code="api_key_ended")
        limits.enforce_key_limits(request, key)
        api_key_secrets.note_use(key, at=at)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"

    @staticmethod
    def _find(secret: bytes) -> ApiKey | None:
        digest = api_key_secrets.digest_of(secret.decode("ascii", "replace"))
        return ApiKey.objects.live().filter(digest=digest, user__is_deleted=False).select_related("user").first()
