"""The secret side of action links: signed, made once, sent in one letter, kept as a digest."""

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

_SIGNER = Signer(salt="bookings.action-link", sep=".")


def new_token() -> str:
    """A token of 192 random bits with our signature."""
    return _SIGNER.sign(secrets.token_urlsafe(24))


def is_ours(token: str) -> bool:
    """Whether the signature is ours; of anything else no row needs to be looked for."""
    try:
        _SIGNER.unsign(token)
    except BadSignature:
        return False
    return True


def digest_of(token: str) -> str:
    """What is stored. A random token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
