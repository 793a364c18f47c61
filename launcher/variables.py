"""The environment that the application's processes see."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launcher import postgres
from launcher.home import REPOSITORY, fernet_key

if TYPE_CHECKING:
    from launcher.home import Home


def for_django(home: Home, *, settings: str = "config.settings.dev") -> dict[str, str]:
    """Everything but the addresses of the servers: secrets that this home keeps, folders, libraries.

    What the caller's own environment sets stays as it is.
    """
    ours = {
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": home.secret("secret_key"),
        "JWT_SIGNING_KEY": home.secret("jwt_signing_key"),
        "FIELD_ENCRYPTION_KEYS": home.secret("field_encryption_keys", fernet_key),
        "SANDBOX": "1",
        "SANDBOX_GATEWAY_SECRET": home.secret("sandbox_gateway_secret"),
        "EMAIL_FILE_PATH": str(home.folder("mail")),
        "SMS_FILE_PATH": str(home.folder("sms")),
        "MEDIA_ROOT": str(home.folder("media")),
        "STATIC_ROOT": str(home.path / "static"),
        "LOG_FORMAT": "console",
    }
    always = {
        "GUILD_HOME": str(home.path),
        "PATH": f"{home.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
        "VIRTUAL_ENV": str(home.venv),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
    }
    return ours | postgres.libraries(home) | dict(os.environ) | always
