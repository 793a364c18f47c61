"""Who is asking: the access token's user, as long as the token's version is the user's."""

from typing import Any

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from apps.accounts.models import User

VERSION_CLAIM = "version"


class TokenAuthentication(JWTAuthentication):
    """Accepts ``Authorization: Bearer`` access tokens; a role or password change ends them at once."""

    def get_user(self, validated_token: Any) -> User:
        user = User.objects.filter(pk=_user_id(validated_token)).first()
        if user is None or not user.is_active or validated_token.get(VERSION_CLAIM) != user.token_version:
            raise InvalidToken({"detail": "This token has ended. Sign in again.", "code": "token_ended"})
        return user


def _user_id(token: Any) -> Any:
    return token.get("user_id")
