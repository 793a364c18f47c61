"""One-time codes: six digits to a phone, kept as a digest, five minutes, five tries."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts import rules
from apps.accounts.errors import CodeWrong, WrongCredentials
from apps.accounts.events import OneTimeCodeRequested, PhoneVerified
from apps.accounts.models import MAX_TRIES, OneTimeCode, User
from apps.accounts.operations.guard import guarded
from apps.accounts.operations.guests import take_over_by_phone
from apps.accounts.states import CodePurpose
from apps.core.conf import setting, timer
from apps.core.encryption import digest
from apps.core.events import publish
from apps.core.ids import new_id
from apps.core.outbox import after_commit

_WINDOW = timedelta(hours=1)


@transaction.atomic
def request_sign_in_code(*, phone: str) -> None:
    """A code is on its way if the phone is known. Nothing is looked up here, so the answer takes the same time."""
    after_commit("apps.accounts.tasks.send_sign_in_code", phone=phone)


@transaction.atomic
def send_sign_in_code(*, phone: str, at: datetime) -> None:
    """The person of the phone gets a code, unless there were too many within the hour."""
    user = User.objects.registered().filter(phone=phone).first()
    if user is not None and rules.signs_in_by_code(user):
        send_code(user=user, purpose=CodePurpose.SIGN_IN, at=at)


@transaction.atomic
def send_code(*, user: User, purpose: CodePurpose, at: datetime) -> None:
    """A code to the person's phone, which takes the place of an earlier one; silently none beyond the hour's number."""
    user = User.objects.locked().get(pk=user.pk)
    recent = OneTimeCode.objects.filter(user=user, created_at__gt=at - _WINDOW).count()
    if not user.phone or recent >= setting("ONE_TIME_CODES_PER_HOUR"):
        return
    OneTimeCode.objects.filter(user=user, purpose=purpose, ended_at__isnull=True).update(ended_at=at)
    code = f"{secrets.randbelow(10**6):06d}"
    row_id, expires_at = new_id(), at + timer("ONE_TIME_CODE_LIFE")
    OneTimeCode.objects.create(
        id=row_id, user=user, purpose=purpose, phone=user.phone, digest=_digest(row_id, code), expires_at=expires_at,
        created_at=at,
    )  # fmt: skip
    publish(OneTimeCodeRequested(user_id=user.pk, phone=user.phone, code=code, purpose=purpose, expires_at=expires_at))


def spend_sign_in_code(*, phone: str, code: str, at: datetime) -> User:
    """The person of the phone, which is proven now; the code is used up.

    Raises: WrongCredentials, whether the phone is unknown or the code is wrong; LockedOut.
    """

    def attempt() -> User | None:
        user = User.objects.registered().filter(phone=phone).first()
        if user is None or not rules.signs_in_by_code(user):
            return None
        return user if _spend(user, CodePurpose.SIGN_IN, code, at=at) else None

    user = guarded(subject=phone, attempt=attempt, at=at)
    if user is None:
        raise WrongCredentials
    note_phone_proven(user=user, at=at)
    return user


def spend_code(*, user: User, purpose: CodePurpose, code: str, at: datetime) -> None:
    """The signed-in person typed the right code, which is used up. Raises: CodeWrong; LockedOut."""
    if not guarded(subject=f"code:{user.pk}", attempt=lambda: _spend(user, purpose, code, at=at) or None, at=at):
        raise CodeWrong(errors={"code": [CodeWrong.default_message]})


def verify_phone(*, user: User, code: str, at: datetime) -> User:
    """The person's phone is proven. Raises: CodeWrong; LockedOut."""
    spend_code(user=user, purpose=CodePurpose.VERIFY_PHONE, code=code, at=at)
    return note_phone_proven(user=user, at=at)


@transaction.atomic
def note_phone_proven(*, user: User, at: datetime) -> User:
    """The phone is proven, and the first proof is told; whoever was booked for as a guest with it is this person."""
    if user.phone_verified_at is None:
        user.phone_verified_at = at
        user.save(update_fields=["phone_verified_at"])
        publish(PhoneVerified(user_id=user.pk, verified_at=at))
    take_over_by_phone(user, at=at)
    return user


def _spend(user: User, purpose: CodePurpose, code: str, *, at: datetime) -> bool:
    """Whether the code fits the open one; a try is counted under the row's lock, and kept whatever follows."""
    row = OneTimeCode.objects.locked().filter(user=user, purpose=purpose, ended_at__isnull=True).first()
    if row is None or row.expires_at <= at or row.phone != user.phone:
        return False
    row.tries += 1
    fits = secrets.compare_digest(row.digest, _digest(row.pk, code.strip()))
    if fits or row.tries >= MAX_TRIES:
        row.ended_at = at
    row.save(update_fields=["tries", "ended_at"])
    return fits


def _digest(row_id: object, code: str) -> str:
    return digest(f"one-time-code:{row_id}:{code}")
