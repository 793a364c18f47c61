"""Telling people: one database call however many they are, inside the transaction that causes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from apps.accounts.models import User
from apps.core.database import call_function
from apps.core.ids import new_id
from apps.notifications import kinds, values
from apps.notifications.kinds import Kind
from apps.notifications.notices import CalendarFile, DocumentFile, Notice, Subject
from apps.notifications.states import Channel, Priority
from apps.notifications.waking import wake_after_commit


def notify(
    *,
    kind: Kind | str,
    context: Mapping[str, Any],
    at: datetime,
    user: User | UUID | None = None,
    to_email: str = "",
    to_phone: str = "",
    language: str = "",
    subject: Model | Subject | tuple[str, str, str] | None = None,
    business_id: UUID | None = None,
    priority: Priority | None = None,
    attachments: Sequence[CalendarFile | DocumentFile] = (),
    dedupe_key: str | None = None,
) -> UUID | None:
    """The person will be told; answers the notification's key, or None where they have been told already.

    Raises: as ``notify_many``.
    """
    notice = Notice(
        kind=kind,
        context=context,
        user=user,
        to_email=to_email,
        to_phone=to_phone,
        language=language,
        subject=subject,
        business_id=business_id,
        priority=priority,
        attachments=attachments,
        dedupe_key=dedupe_key,
    )
    return next(iter(notify_many([notice], at=at)), None)


def notify_many(notices: Sequence[Notice], *, at: datetime) -> list[UUID]:
    """Everybody named will be told on every channel that they have not muted, nobody twice of the same.

    One query for any number of notices, one commit hook. Answers the keys of the notifications that are new.

    Raises: RuntimeError outside a transaction; UnknownVariable or TypeError when a context does not fit its kind.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Notified outside a transaction")
    if not notices:
        return []
    # One order for all, so that two transactions that tell the same people never wait for each other in a circle.
    rows = sorted((_row(notice, at) for notice in notices), key=lambda row: (row["recipient"], row["dedupe_key"]))
    made = call_function("notifications_enqueue", json.dumps(rows, cls=DjangoJSONEncoder), at)
    if made:
        wake_after_commit()
    return [key for (key,) in made]


_RANKS = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}


def _row(notice: Notice, at: datetime) -> dict[str, Any]:
    kind = kinds.get(notice.kind)
    key = new_id()
    user_id = notice.user.pk if isinstance(notice.user, User) else notice.user
    recipient = str(user_id or notice.to_email.lower() or notice.to_phone)
    if not recipient:
        raise ValueError(f"{kind.name} is addressed to nobody")
    subject = _subject(notice.subject)
    priority = Priority(notice.priority or kind.priority)
    return {
        "id": key,
        "user_id": user_id,
        "recipient": recipient,
        "to_email": notice.to_email,
        "to_phone": notice.to_phone,
        "language": notice.language,
        "notification_type": kind.name,
        "context": values.encode(kind, notice.context, secrets=notice.secrets),
        "attachments": [asdict(each) for each in notice.attachments],
        "subject_type": subject.type,
        "subject_id": subject.id,
        "subject_reference": subject.reference,
        "business_id": notice.business_id,
        "priority": priority,
        "rank": _RANKS[priority],
        "dedupe_key": notice.dedupe_key or _default_dedupe_key(kind, subject, key),
        "on_dashboard": kind.on_dashboard and user_id is not None,
        "may_mute_dashboard": kind.may_mute("DASHBOARD"),
        "may_mute": not kind.essential,
        "expires_at": notice.useful_until or (at + kind.useful_for if kind.useful_for else None),
        "deliveries": [{"id": new_id(), "channel": channel} for channel in _channels(kind, notice)],
    }


def _channels(kind: Kind, notice: Notice) -> Sequence[Channel]:
    if notice.channels is None:
        return kind.channels
    if strange := set(notice.channels) - set(kind.channels):
        raise ValueError(f"{kind.name} does not go to {', '.join(sorted(strange))}")
    return notice.channels


def _default_dedupe_key(kind: Kind, subject: Subject, key: UUID) -> str:
    return f"{kind.name}:{subject.type}:{subject.id}" if subject.id else f"{kind.name}:{key}"


def _subject(subject: Model | Subject | tuple[str, str, str] | None) -> Subject:
    if subject is None:
        return Subject(type="")
    if isinstance(subject, Subject):
        return subject
    if isinstance(subject, tuple):
        type_, id_, reference = subject
        return Subject(type=type_, id=str(id_), reference=reference)
    return Subject(
        type=subject._meta.model_name or "",
        id=str(subject.pk),
        reference=str(getattr(subject, "reference", "") or ""),
    )
