"""Public pages kept in Redis: what they may be called, and when all of them are out of date.

Every kept page carries the generation it was made under; a change begins a new one, so no old page is found again.
Redis may be lost at any moment: then pages are made afresh.
"""

import hashlib
import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from apps.core.ids import new_id

logger = logging.getLogger(__name__)

_GENERATION = "public-pages-generation"
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A rendered answer, and the tag by which a client recognises it."""

    body: bytes
    content_type: str
    etag: str


def generation() -> str | None:
    """The mark of the present state of public pages; None where Redis does not answer."""
    try:
        return str(cache.get_or_set(_GENERATION, lambda: str(new_id()), timeout=_DAY_S))
    except Exception:  # noqa: BLE001  # whatever Redis' client raises, the page is made afresh
        logger.warning("public_pages_without_redis")
        return None


def find(key: str) -> KeptPage | None:
    """The kept page, or None."""
    try:
        found: Any = cache.get(key)
    except Exception:  # noqa: BLE001  # as above
        return None
    return found if isinstance(found, KeptPage) else None


def keep(key: str, page: KeptPage, *, seconds: int) -> None:
    """The page is found under ``key`` for ``seconds``."""
    try:
        cache.set(key, page, timeout=seconds)
    except Exception:  # noqa: BLE001  # as above
        logger.warning("public_pages_without_redis")


def forget_all() -> None:
    """Once this transaction has committed, public pages are made afresh."""
    if not any(getattr(function, "func", None) is _begin_generation for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(partial(_begin_generation), robust=True)


def etag_of(body: bytes) -> str:
    """A strong tag of the exact bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _begin_generation() -> None:
    try:
        cache.set(_GENERATION, str(new_id()), timeout=_DAY_S)
    except Exception:  # noqa: BLE001  # as above; pages end by themselves within a minute
        logger.warning("public_pages_without_redis")
