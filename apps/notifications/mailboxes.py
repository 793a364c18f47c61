"""A mail backend for one machine: each message is one file, named by its Message-ID, so that sending it again changes nothing."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FileBackend(BaseEmailBackend):
    """Writes ``<Message-ID>.eml`` below ``EMAIL_FILE_PATH``; complete or not at all."""

    is_idempotent = True

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mime = message.message()
            name = _UNSAFE.sub("_", str(mime["Message-ID"]).strip("<>").partition("@")[0])
            written = self.folder / f".{name}.part"
            written.write_bytes(mime.as_bytes())
            written.replace(self.folder / f"{name}.eml")
        return len(email_messages)
