"""Identifiers: UUIDv7 for machines, short references for people."""

import secrets
from uuid import UUID

import uuid_utils

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: what is read out over a telephone must come back the same.
REFERENCE_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"


def new_id() -> UUID:
    """A fresh UUIDv7: ordered by time, so that indexes stay dense."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_reference(length: int = 8) -> str:
    """A fresh reference without look-alike characters; the column's unique key decides whether it is free."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(length))
