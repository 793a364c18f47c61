"""Ways in: e-mail and password, phone and a one-time code; then the second factor where one is set."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.accounts import queries, rules, sealing
from apps.accounts.errors import ChallengeEnded, LinkEnded
from apps.accounts.models import User
from apps.accounts.operations.one_time_codes import spend_sign_in_code
from apps.accounts.operations.passwords import check_password
from apps.accounts.operations.second_factor import check_second_factor
from apps.accounts.operations.sessions import TokenPair, begin_sign_in
from apps.core.conf import timer

_PURPOSE = "sign-in-challenge"


@dataclass(frozen=True, kw_only=True)
class SignInResult:
    """Either tokens, or a challenge to answer with the second factor."""

    user: User | None = None
    tokens: TokenPair | None = None
    challenge: str | None = None
    second_factor: bool = False


def sign_in_with_password(*, email: str, password: str, at: datetime, code: str = "") -> SignInResult:
    """The person is signed in, or asked for the second factor. Raises: WrongCredentials; LockedOut; CodeWrong."""
    return _enter(check_password(email=email, password=password, at=at), code=code, at=at)


def sign_in_with_code(*, phone: str, one_time_code: str, at: datetime, code: str = "") -> SignInResult:
    """As with a password, by the code that went to the phone. Raises: WrongCredentials; LockedOut; CodeWrong."""
    return _enter(spend_sign_in_code(phone=phone, code=one_time_code, at=at), code=code, at=at)


def finish_sign_in(*, challenge: str, code: str, at: datetime) -> SignInResult:
    """The second factor was right, and the person is signed in. Raises: ChallengeEnded; CodeWrong; LockedOut."""
    try:
        note = sealing.open_sealed(_PURPOSE, challenge, life=timer("SIGN_IN_CHALLENGE_LIFE"), at=at)
    except LinkEnded as error:
        raise ChallengeEnded from error
    user = User.objects.filter(pk=UUID(note["user"]), token_version=note["version"]).first()
    if user is None or not rules.may_sign_in(user) or not queries.has_second_factor(user):
        raise ChallengeEnded
    return _with_factor(user, code=code, at=at)


def _enter(user: User, *, code: str, at: datetime) -> SignInResult:
    if not queries.has_second_factor(user):
        return SignInResult(user=user, tokens=begin_sign_in(user=user, second_factor=False, at=at))
    if code:
        return _with_factor(user, code=code, at=at)
    return SignInResult(challenge=sealing.seal(_PURPOSE, at=at, user=str(user.pk), version=user.token_version))


def _with_factor(user: User, *, code: str, at: datetime) -> SignInResult:
    check_second_factor(user_id=user.pk, code=code, at=at)
    pair = begin_sign_in(user=user, second_factor=True, at=at)
    return SignInResult(user=user, tokens=pair, second_factor=True)
