"""Lock-out: failures to prove who one is are counted per account and per address, and make the next try wait.

One try of an account is weighed at a time (an advisory lock that ends with its transaction), so a thousand guesses at
once are a thousand in a row, and all but the first few are refused. Both sign-ins, API and back office, come here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from apps.accounts.errors import LockedOut
from apps.accounts.models import SignInGuard
from apps.core import context
from apps.core.conf import setting, timer
from apps.core.database import call_function
from apps.core.encryption import digest

Proof = TypeVar("Proof")


@dataclass(frozen=True, kw_only=True)
class _Counter:
    key: str
    allowed: int
    forgotten_after: timedelta


def guarded(*, subject: str, attempt: Callable[[], Proof | None], at: datetime) -> Proof | None:
    """What ``attempt`` answers; None is a failure, and is counted for ``subject`` and for the caller's address.

    Raises: LockedOut without attempting, while the subject or the address is locked.
    """
    account = _Counter(
        key=digest(f"subject:{subject.casefold()}"),
        allowed=setting("SIGN_IN_ACCOUNT_FAILURES"),
        forgotten_after=timer("SIGN_IN_ACCOUNT_FORGETS"),
    )
    counters = [account, *_address_counter()]
    with transaction.atomic():
        call_function("pg_advisory_xact_lock", int(account.key[:15], 16))
        _refuse_while_locked(counters, at=at)
        proof = attempt()
        if proof is None:
            for counter in counters:
                _count_failure(counter, at=at)
        else:
            SignInGuard.objects.filter(key=account.key).delete()
    return proof


def _address_counter() -> list[_Counter]:
    address = context.current.get().ip_address
    if not address:
        return []
    return [
        _Counter(
            key=digest(f"address:{address}"),
            allowed=setting("SIGN_IN_ADDRESS_FAILURES"),
            forgotten_after=timer("SIGN_IN_ADDRESS_FORGETS"),
        )
    ]


def _refuse_while_locked(counters: list[_Counter], *, at: datetime) -> None:
    keys = [counter.key for counter in counters]
    locked = SignInGuard.objects.filter(key__in=keys, locked_until__gt=at).order_by("-locked_until").first()
    if locked is not None and locked.locked_until is not None:
        wait_s = int((locked.locked_until - at).total_seconds()) + 1
        raise LockedOut(data={"retry_after_s": wait_s, "locked_until": locked.locked_until})


def _count_failure(counter: _Counter, *, at: datetime) -> None:
    SignInGuard.objects.bulk_create([SignInGuard(key=counter.key, last_failed_at=at)], ignore_conflicts=True)
    guard = SignInGuard.objects.select_for_update().get(key=counter.key)
    if at - guard.last_failed_at >= counter.forgotten_after:
        guard.failures = 0
    guard.failures += 1
    guard.last_failed_at = at
    beyond = guard.failures - counter.allowed
    if beyond >= 0:
        longest = timer("SIGN_IN_LOCK_LONGEST")
        guard.locked_until = at + min(timer("SIGN_IN_LOCK_FIRST") * 2 ** min(beyond, 20), longest)
    guard.save()
