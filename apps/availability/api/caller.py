from typing import cast

from rest_framework.request import Request

from apps.accounts.models import User


def caller(request: Request) -> User:
    """The person signed in; the view's permissions have seen to it that there is one."""
    return cast("User", request.user)
