"""Encryption at rest: Fernet with rotating keys. The first key of ``FIELD_ENCRYPTION_KEYS`` encrypts, all decrypt."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher of the keys that are set now."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """Ciphertext of ``text`` under the newest key."""
    return cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text of ``token``; raises ``cryptography.fernet.InvalidToken`` when no key fits."""
    return cipher().decrypt(token.encode()).decode()


def rotate(token: str) -> str:
    """The same text under the newest key."""
    return cipher().rotate(token.encode()).decode()


def digest(text: str) -> str:
    """A keyed digest by which an encrypted value can be looked up and compared, never read back."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
