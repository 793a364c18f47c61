"""Signatures of web hooks, always over the raw bytes that arrived and compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from apps.payments.gateways.errors import SignatureInvalid

TOLERANCE_S = 300


def sha512_signature(body: bytes, secret: str) -> str:
    """The hexadecimal HMAC-SHA512 of ``body``."""
    return hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()


def check_sha512(body: bytes, signature: str, secrets: Iterable[str]) -> None:
    """One of our secrets signed exactly these bytes.

    Raises: SignatureInvalid.
    """
    given = signature.strip().lower().encode(errors="replace")
    if not any(hmac.compare_digest(given, sha512_signature(body, secret).encode()) for secret in secrets):
        raise SignatureInvalid("The signature does not match the body.")


def timestamped_signature(body: bytes, secret: str, *, at: datetime) -> str:
    """A ``t=…,v1=…`` header for ``body``, as Stripe and our sandbox send it."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_timestamped_digest(body, secret, str(seconds))}"


def check_timestamped(
    body: bytes, header: str, secrets: Sequence[str], *, at: datetime, tolerance_s: int = TOLERANCE_S
) -> None:
    """One ``v1`` signature is ours and was made within ``tolerance_s`` before or after ``at``.

    Several ``v1`` values are accepted while a secret is being replaced; other schemes (``v0``) never are. A time stamp
    in the future is refused as well: it would let a recorded request be replayed for as long as it lies ahead.

    Raises: SignatureInvalid.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for key, _, value in pairs if key == "t"]
    given = [value.encode(errors="replace") for key, _, value in pairs if key == "v1"]
    if len(stamps) != 1 or not stamps[0].isascii() or not stamps[0].isdigit() or len(stamps[0]) > 12 or not given:
        raise SignatureInvalid("The signature header cannot be read.")
    expected = [_timestamped_digest(body, secret, stamps[0]).encode() for secret in secrets]
    if not any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given):
        raise SignatureInvalid("The signature does not match the body.")
    if abs(at.timestamp() - int(stamps[0])) > tolerance_s:
        raise SignatureInvalid("The signature's time stamp is outside the tolerance.")


def _timestamped_digest(body: bytes, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
