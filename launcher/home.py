"""Where one instance keeps everything that is its own."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from launcher.errors import LauncherError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).resolve().parent.parent
PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Home:
    """The folder of one instance. Two instances share nothing but the code."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The folder that GUILD_HOME names, or `.guild` beside the code; it exists and can be written to.

        Raises: LauncherError where it cannot.
        """
        path = Path(os.environ.get("GUILD_HOME") or REPOSITORY / ".guild").expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                return cls(path)
        except OSError as refused:
            raise LauncherError(
                f"Nothing can be kept in {path}: {refused.strerror}",
                hint="Set GUILD_HOME to a folder of yours, on a disk with room for 2 GB.",
            ) from refused

    @property
    def venv(self) -> Path:
        return self.path / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.folder("logs")

    @property
    def key(self) -> str:
        """A short name for this folder, the same at each call."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:12]

    def folder(self, name: str) -> Path:
        """The named folder below the home; it exists."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def read(self, name: str) -> dict[str, Any]:
        """The stored JSON object of that name, empty if there is none."""
        try:
            stored = json.loads((self.path / f"{name}.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return stored if isinstance(stored, dict) else {}

    def write(self, name: str, value: dict[str, Any]) -> None:
        """The object is stored, readable by its owner alone; a reader never sees half of it."""
        target = self.path / f"{name}.json"
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(value, stream, indent=2)
        temporary.replace(target)

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
        """The secret of that name, made at the first call and kept."""
        with self.locked("secrets"):
            known = self.read("secrets")
            if name not in known:
                known[name] = make()
                self.write("secrets", known)
            return str(known[name])

    def lock(self, name: str) -> IO[str] | None:
        """An open file whose lock this process holds until it is closed; None when another process holds it."""
        stream = (self.folder("locks") / name).open("a")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.close()
            return None
        return stream

    def is_locked(self, name: str) -> bool:
        """Whether a living process holds that lock."""
        stream = self.lock(name)
        if stream is None:
            return True
        stream.close()
        return False

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """The lock is held inside the block; waits for whoever has it."""
        with (self.folder("locks") / name).open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def fernet_key() -> str:
    """A fresh key for encrypted fields."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
