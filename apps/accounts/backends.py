"""Sign-in to the back office by e-mail and password, behind the same guard as the API."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from apps.accounts import operations, rules
from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import DomainError


class EmailBackend(BaseBackend):
    """E-mail without regard to case, password by Django's hasher, refused while locked out."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = username or kwargs.get("email")
        if not email or password is None:
            return None
        try:
            return operations.check_password(email=email, password=password, at=clock.now())
        except DomainError:
            return None

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and rules.may_sign_in(user) else None
