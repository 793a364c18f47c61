"""Sign-in to the back office by e-mail and password, with lock-out."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend

from apps.accounts.models import User


class EmailBackend(AxesStandaloneBackend, ModelBackend):
    """E-mail without regard to case, password by Django's hasher, refused while locked out."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        AxesStandaloneBackend.authenticate(self, request, username=username, password=password, **kwargs)
        email = username or kwargs.get("email")
        user = User.objects.filter(email__iexact=email).first() if email else None
        if user is None:
            User().set_password(password)  # the same work whether or not the address is known
            return None
        return user if user.check_password(password or "") and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> Any:
        return User.objects.filter(pk=user_id, is_active=True).first()
