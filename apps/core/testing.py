"""What the tests of all apps share and import by name."""

from typing import Any

from django.test import Client


class BackOfficeBrowser(Client):
    """A browser whose ``force_login`` is a whole sign-in: the second factor was shown where the role needs one."""

    def force_login(self, user: Any, backend: str | None = None) -> None:
        super().force_login(user, backend)
        session = self.session
        session["second_factor"] = f"{user.pk}:{user.token_version}"
        session.save()
