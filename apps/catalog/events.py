"""Facts that the catalogue states."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BusinessCreated(Event):
    business_id: UUID
    owner_id: UUID
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessApplied(Event):
    """A file waits for a decision of the marketplace."""

    business_id: UUID
    applied_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessVerified(Event):
    business_id: UUID
    owner_id: UUID
    verified_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessRejected(Event):
    business_id: UUID
    owner_id: UUID
    reason: str
    rejected_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessSuspended(Event):
    business_id: UUID
    owner_id: UUID
    reason: str
    suspended_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessActivityChanged(Event):
    """The owner or ops opened or closed the business's page."""

    business_id: UUID
    is_active: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class BankDetailsChanged(Event):
    """A verified business named another bank account; the account itself is told to nobody."""

    business_id: UUID
    owner_id: UUID
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaperExpiring(Event):
    """A paper runs out in ``days_left`` days: 30, 7 or 1 at most."""

    business_id: UUID
    owner_id: UUID
    paper_id: UUID
    expires_on: date
    days_left: int


@dataclass(frozen=True, kw_only=True)
class PaperExpired(Event):
    """A paper has run out: the rank falls now, and new jobs stop at ``jobs_stop_at`` unless a new one is approved."""

    business_id: UUID
    owner_id: UUID
    paper_id: UUID
    expired_on: date
    jobs_stop_at: datetime


@dataclass(frozen=True, kw_only=True)
class PapersInOrder(Event):
    """A new paper was approved: rank and new jobs are as before."""

    business_id: UUID
    owner_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """Somebody is asked by e-mail to join; the address may belong to nobody here yet."""

    membership_id: UUID
    business_id: UUID
    email: str
    kind: str
    invited_by_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    membership_id: UUID
    business_id: UUID
    user_id: UUID
    kind: str
    staff_id: UUID | None
    joined_at: datetime


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """A membership ended; where ``staff_id`` is set, that person's coming jobs need somebody else."""

    membership_id: UUID
    business_id: UUID
    user_id: UUID
    kind: str
    staff_id: UUID | None
    removed: bool
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class PractitionerVerified(Event):
    staff_id: UUID
    user_id: UUID
    verified_at: datetime
