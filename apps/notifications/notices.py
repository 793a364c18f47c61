"""What is to be said to one person: the value that other apps hand over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from apps.accounts.models import User
from apps.notifications.kinds import Kind
from apps.notifications.states import Channel, Priority


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a notification is about: a type such as ``booking``, the row's key, and the reference that people read."""

    type: str
    id: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """An .ics file to travel with the e-mail. The same ``uid`` with a higher ``sequence`` replaces the earlier one."""

    uid: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    location: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    is_certain: bool = True  # what still has to be paid or approved is tentative
    time_zone: str = "UTC"
    file_name: str = "appointment.ics"


@dataclass(frozen=True, kw_only=True)
class DocumentFile:
    """A paper to travel with the e-mail, made when the mail is sent: ``document`` is its kind in ``documents``."""

    document: str
    key: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person.

    ``user`` is the person or their key; somebody without an account is named by ``to_email`` or ``to_phone``, which
    also override a person's own addresses. ``subject`` is a model instance with ``reference`` if it has one, or a
    ``Subject``. The same ``dedupe_key`` never reaches the same person twice; without one, the kind and the subject are
    the key, so say more where one subject causes the same kind repeatedly (a second payment attempt, a reschedule).
    Values named in ``secrets`` are kept as the kind's own secrets are, where they are one for this person alone.
    ``channels`` are those of the kind's that it goes to, without it all of them; after ``useful_until`` it is not sent.
    """

    kind: Kind | str
    context: Mapping[str, Any] = field(default_factory=dict)
    user: User | UUID | None = None
    to_email: str = ""
    to_phone: str = ""
    language: str = ""
    subject: Model | Subject | tuple[str, str, str] | None = None
    business_id: UUID | None = None
    priority: Priority | None = None
    attachments: Sequence[CalendarFile | DocumentFile] = ()
    dedupe_key: str | None = None
    secrets: frozenset[str] = frozenset()
    channels: Sequence[Channel] | None = None
    useful_until: datetime | None = None
