"""The second factor: set up, confirmed, asked for, switched off. TOTP by RFC 6238, with recovery codes."""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_otp.oath import hotp

from apps.accounts import rules
from apps.accounts.errors import AlreadyEnrolled, CodeWrong, NotEnrolled, SecondFactorNeeded
from apps.accounts.events import SecondFactorChanged
from apps.accounts.models import RecoveryCode, SecondFactor, SignIn, User
from apps.accounts.operations.activity import note_activity
from apps.accounts.operations.guard import guarded
from apps.accounts.states import ActivityKind
from apps.core import audit
from apps.core.conf import setting
from apps.core.encryption import digest
from apps.core.errors import NotFound
from apps.core.events import publish
from apps.core.ids import REFERENCE_ALPHABET

Proof = TypeVar("Proof")

STEP_S = 30
TOLERANCE = 1
RECOVERY_CODES = 10


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What an authenticator needs to know, shown until it is confirmed."""

    seed: str
    uri: str


@transaction.atomic
def begin_enrolment(*, user_id: UUID, at: datetime, seed: str | None = None) -> Enrolment:
    """A fresh seed waits for its first code. Raises: AlreadyEnrolled."""
    user = User.objects.locked().get(pk=user_id)
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        raise AlreadyEnrolled
    factor = factor or SecondFactor(user=user)
    factor.seed = seed or base64.b32encode(secrets.token_bytes(20)).decode()
    factor.last_step = 0
    factor.save()
    return Enrolment(seed=factor.seed, uri=_uri(user, factor.seed))


def pending_enrolment(*, user_id: UUID) -> Enrolment:
    """The seed that waits for its first code. Raises: NotEnrolled."""
    factor = SecondFactor.objects.select_related("user").filter(user_id=user_id, confirmed_at__isnull=True).first()
    if factor is None:
        raise NotEnrolled
    return Enrolment(seed=factor.seed, uri=_uri(factor.user, factor.seed))


def confirm_enrolment(*, user_id: UUID, code: str, at: datetime, sign_in_id: str | None = None) -> list[str]:
    """The second factor is on, this sign-in counts as having shown it; answers the recovery codes, this once.

    Raises: NotEnrolled; AlreadyEnrolled; CodeWrong; LockedOut.
    """

    def attempt() -> list[str] | None:
        factor = _locked_factor(user_id)
        if factor.confirmed_at is not None:
            raise AlreadyEnrolled
        if not _take_code(factor, code, at=at):
            return None
        factor.confirmed_at = at
        factor.save()
        SignIn.objects.open().filter(pk=sign_in_id, user_id=user_id).update(second_factor=True)
        _tell(factor.user, enabled=True, at=at)
        return _new_recovery_codes(factor)

    return _unless_wrong(guarded(subject=_subject(user_id), attempt=attempt, at=at))


def check_second_factor(*, user_id: UUID, code: str, at: datetime) -> None:
    """The code is the authenticator's, or a recovery code, and is used up. Raises: NotEnrolled; CodeWrong; LockedOut."""

    def attempt() -> bool | None:
        factor = _locked_factor(user_id)
        if factor.confirmed_at is None:
            raise NotEnrolled
        return _take_code(factor, code, at=at) or _take_recovery_code(factor, code, at=at) or None

    _unless_wrong(guarded(subject=_subject(user_id), attempt=attempt, at=at))


def disable_second_factor(*, user: User, code: str, at: datetime) -> None:
    """The second factor is off. Raises: SecondFactorNeeded for roles that may not be without; CodeWrong; LockedOut."""
    if rules.needs_second_factor(user):
        raise SecondFactorNeeded("Your role may not be without a second factor.")
    check_second_factor(user_id=user.pk, code=code, at=at)  # in its own transaction: a wrong code stays counted
    with transaction.atomic():
        _remove(user, by=user, at=at)


@transaction.atomic
def reset_second_factor(*, user_id: UUID, by: User, reason: str, at: datetime) -> None:
    """Somebody who lost the authenticator may set one up again. Raises: NotFound; NotEnrolled."""
    user = User.objects.registered().locked().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    _remove(user, by=by, reason=reason, at=at)


def renew_recovery_codes(*, user_id: UUID, code: str, at: datetime) -> list[str]:
    """Fresh recovery codes, and the old ones are worth nothing. Raises: NotEnrolled; CodeWrong; LockedOut."""
    check_second_factor(user_id=user_id, code=code, at=at)
    with transaction.atomic():
        factor = _locked_factor(user_id)
        audit.record("second_factor.codes_renewed", target=factor.user, by=factor.user, at=at)
        return _new_recovery_codes(factor)


def code_at(seed: str, at: datetime) -> str:
    """The six digits that an authenticator with ``seed`` shows at that moment."""
    return _code_of_step(seed, int(at.timestamp()) // STEP_S)


def _code_of_step(seed: str, step: int) -> str:
    return f"{hotp(base64.b32decode(seed), step):06d}"


def _take_code(factor: SecondFactor, code: str, *, at: datetime) -> bool:
    code = code.replace(" ", "")
    for moment in _moments(at):
        now_step = int(moment.timestamp()) // STEP_S
        for step in range(now_step - TOLERANCE, now_step + TOLERANCE + 1):
            if secrets.compare_digest(_code_of_step(factor.seed, step).encode(), code.encode()):
                return _take_step(factor, step)
    return False


def _take_step(factor: SecondFactor, step: int) -> bool:
    # What was used, and what is older than that within reach of the tolerance, is not taken again.
    if step <= factor.last_step <= step + 2 * TOLERANCE:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


def _moments(at: datetime) -> list[datetime]:
    """When an authenticator may think it is: outside it knows nothing of a sandbox's moved clock."""
    return [at, datetime.now(UTC)] if settings.SANDBOX else [at]


def _take_recovery_code(factor: SecondFactor, code: str, *, at: datetime) -> bool:
    spent = RecoveryCode.objects.filter(
        second_factor=factor, digest=_recovery_digest(factor, code), used_at__isnull=True
    ).update(used_at=at)
    if spent:
        audit.record("second_factor.recovery_code_used", target=factor.user, by=factor.user, at=at)
    return bool(spent)


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = ["-".join("".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(5)) for _ in range(2))
             for _ in range(RECOVERY_CODES)]  # fmt: skip
    RecoveryCode.objects.filter(second_factor=factor).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(second_factor=factor, digest=_recovery_digest(factor, code)) for code in codes
    )
    return codes


def _recovery_digest(factor: SecondFactor, code: str) -> str:
    return digest(f"recovery:{factor.pk}:{code.strip().upper()}")


def _locked_factor(user_id: UUID) -> SecondFactor:
    factor = SecondFactor.objects.select_related("user").locked().filter(user_id=user_id).first()
    if factor is None:
        raise NotEnrolled
    return factor


def _remove(user: User, *, by: User, at: datetime, reason: str = "") -> None:
    removed, _ = SecondFactor.objects.filter(user=user).delete()
    if not removed:
        raise NotEnrolled
    SignIn.objects.open().filter(user=user).update(second_factor=False)
    _tell(user, enabled=False, at=at, by=by, reason=reason)


def _tell(user: User, *, enabled: bool, at: datetime, by: User | None = None, reason: str = "") -> None:
    word, kind = ("on", ActivityKind.SECOND_FACTOR_ON) if enabled else ("off", ActivityKind.SECOND_FACTOR_OFF)
    actor = by if by is not None and by.pk != user.pk else None
    note_activity(user_id=user.pk, kind=kind, at=at, actor=actor, note=reason)
    audit.record(f"second_factor.{word}", target=user, by=by or user, at=at, reason=reason)
    publish(SecondFactorChanged(user_id=user.pk, enabled=enabled, changed_at=at))


def _unless_wrong(proof: Proof | None) -> Proof:
    if proof is None:
        raise CodeWrong(errors={"code": [CodeWrong.default_message]})
    return proof


def _subject(user_id: UUID) -> str:
    return f"second-factor:{user_id}"


def _uri(user: User, seed: str) -> str:
    issuer = setting("PLATFORM_NAME")
    label = quote(f"{issuer}:{user.email or user.phone}")
    return f"otpauth://totp/{label}?{urlencode({'secret': seed, 'issuer': issuer, 'digits': 6, 'period': STEP_S})}"
