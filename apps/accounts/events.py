"""Facts that accounts states. Each names people by id; who writes to them reads the user and picks mail or SMS.

Fields called ``token`` and ``code`` are secrets: whoever passes them on keeps them encrypted until they are sent, and
forgets them afterwards. ``path`` is a page of this product that takes the token, to follow ``PUBLIC_BASE_URL``.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """A person has an account."""

    user_id: UUID
    role: str
    registered_at: datetime
    referral_code: str = ""


@dataclass(frozen=True, kw_only=True)
class VerificationRequested(Event):
    """A person should prove an e-mail address: by the link, before it ends."""

    user_id: UUID
    email: str
    token: str
    path: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class EmailVerified(Event):
    user_id: UUID
    email: str
    verified_at: datetime


@dataclass(frozen=True, kw_only=True)
class PhoneVerified(Event):
    user_id: UUID
    verified_at: datetime


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """A person may set a new password by the link, once, before it ends; by SMS to those who have no mail."""

    user_id: UUID
    token: str
    path: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OneTimeCodeRequested(Event):
    """A person should get a code of six digits by SMS to ``phone``; ``purpose`` is a ``CodePurpose``."""

    user_id: UUID
    phone: str
    code: str
    purpose: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A password was changed (``by_reset`` by a link); the person is told, in case it was somebody else."""

    user_id: UUID
    by_reset: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignInFamilyEnded(Event):
    """An old refresh token came back, so its whole sign-in was ended: somebody may have copied it."""

    user_id: UUID
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class SecondFactorChanged(Event):
    """The second factor was switched on or off."""

    user_id: UUID
    enabled: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    user_id: UUID
    api_key_id: UUID
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    user_id: UUID
    old_role: str
    new_role: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    user_id: UUID
    suspended_at: datetime


@dataclass(frozen=True, kw_only=True)
class UserRestored(Event):
    user_id: UUID
    restored_at: datetime


@dataclass(frozen=True, kw_only=True)
class UserErased(Event):
    """Names and contacts are gone from accounts; whoever copied them forgets them too. The books stay."""

    user_id: UUID
    erased_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProfileViewed(Event):
    """Ops look at a customer's screen, read-only."""

    user_id: UUID
    viewer_id: UUID
    reason: str
    viewed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GuestTakenOver(Event):
    """A guest has registered and proven the e-mail: whatever refers to ``guest_id`` belongs to ``user_id`` now."""

    guest_id: UUID
    user_id: UUID
    taken_over_at: datetime
