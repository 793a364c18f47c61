"""Passwords: checked, changed, forgotten, set anew."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts import rules, sealing
from apps.accounts.errors import LinkEnded, PasswordWrong, WeakPassword, WrongCredentials
from apps.accounts.events import PasswordChanged, PasswordResetRequested
from apps.accounts.models import User
from apps.accounts.operations.activity import note_activity
from apps.accounts.operations.guard import guarded
from apps.accounts.operations.sessions import end_all_tokens
from apps.accounts.states import ActivityKind, SignInEnd
from apps.core import audit
from apps.core.conf import timer
from apps.core.encryption import digest
from apps.core.events import publish
from apps.core.outbox import after_commit

_PURPOSE = "password-reset"
RESET_PATH = "/account/reset-password/"


def check_password(*, email: str, password: str, at: datetime) -> User:
    """The person of this e-mail and password. Unknown people cost the same work as known ones.

    Raises: WrongCredentials; LockedOut.
    """
    email = email.strip()
    user = guarded(subject=email, attempt=lambda: _person_of(email, password), at=at)
    if user is None:
        raise WrongCredentials
    return user


def _person_of(email: str, password: str) -> User | None:
    user = User.objects.with_email(email).first()
    if user is None or not user.has_usable_password():
        User().set_password(password)
        return None
    return user if user.check_password(password) and rules.may_sign_in(user) else None


def confirm_own_password(*, user: User, password: str, at: datetime) -> None:
    """The signed-in person has typed the right password. Raises: PasswordWrong; LockedOut."""
    if not guarded(subject=f"own:{user.pk}", attempt=lambda: user.check_password(password) or None, at=at):
        raise PasswordWrong(errors={"current_password": [PasswordWrong.default_message]})


def check_strength(password: str, *, user: User, field: str = "password") -> None:
    """The password is good enough. Raises: WeakPassword."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(errors={field: error.messages}) from error


def change_password(*, user: User, current_password: str, new_password: str, at: datetime) -> User:
    """The password is the new one, and every token has ended; the caller signs this device in again.

    Raises: PasswordWrong; WeakPassword; LockedOut.
    """
    confirm_own_password(user=user, password=current_password, at=at)
    with transaction.atomic():
        locked = User.objects.locked().get(pk=user.pk)
        if not locked.check_password(current_password):
            raise PasswordWrong(errors={"current_password": [PasswordWrong.default_message]})
        if current_password == new_password:
            raise WeakPassword(errors={"new_password": ["Choose one that you have not had."]})
        return _set_password(locked, new_password, field="new_password", by_reset=False, at=at)


@transaction.atomic
def request_password_reset(*, email: str = "", phone: str = "") -> None:
    """A link is on its way if the person is known. Nothing is looked up here, so the answer takes the same time."""
    after_commit("apps.accounts.tasks.send_password_reset", email=email.strip(), phone=phone)


@transaction.atomic
def send_password_reset(*, email: str = "", phone: str = "", at: datetime) -> None:
    """The person of the e-mail, or of the proven phone, gets a link that sets a new password once, within the hour."""
    known = User.objects.with_email(email) if email else User.objects.registered().filter(phone=phone)
    user = known.first()
    if user is None or not rules.may_sign_in(user) or not (email or user.phone_verified_at):
        return
    token = sealing.seal(_PURPOSE, at=at, user=str(user.pk), mark=_mark(user))
    expires_at = at + timer("PASSWORD_RESET_LIFE")
    publish(
        PasswordResetRequested(user_id=user.pk, token=token, path=f"{RESET_PATH}?token={token}", expires_at=expires_at)
    )


@transaction.atomic
def reset_password(*, token: str, new_password: str, at: datetime) -> User:
    """The password is the new one, the link is used up with all others before it, and every token has ended.

    Raises: LinkEnded; WeakPassword.
    """
    note = sealing.open_sealed(_PURPOSE, token, life=timer("PASSWORD_RESET_LIFE"), at=at)
    user = User.objects.locked().filter(pk=UUID(note["user"])).first()
    if user is None or not rules.may_sign_in(user) or note["mark"] != _mark(user):
        raise LinkEnded
    return _set_password(user, new_password, field="new_password", by_reset=True, at=at)


def _mark(user: User) -> str:
    """A digest that changes with the password, so that a link is good once."""
    return digest(f"{user.password}:{user.token_version}")[:24]


def _set_password(user: User, password: str, *, field: str, by_reset: bool, at: datetime) -> User:
    check_strength(password, user=user, field=field)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_all_tokens(user_id=user.pk, reason=SignInEnd.PASSWORD_CHANGED, at=at)
    user.refresh_from_db(fields=["token_version"])
    note_activity(user_id=user.pk, kind=ActivityKind.PASSWORD_CHANGED, at=at)
    audit.record("user.password_changed", target=user, by=user, at=at, after={"by_link": by_reset})
    publish(PasswordChanged(user_id=user.pk, by_reset=by_reset, changed_at=at))
    return user
