"""When which reminder of a booking is due, and how long it is of use. Pure: it looks at the start and the moment alone.

A reminder is of use until the next one falls due, the last one until the start. So of several that fell due while nothing
ran, the last alone is sent, and none from the start on. One that was past already when the booking was confirmed, or moved,
is not sent: the letter about that has just said the same.
"""

from datetime import datetime, timedelta

from apps.bookings.states import ReminderKind
from apps.core.conf import timer


def leads() -> list[tuple[ReminderKind, timedelta]]:
    """The reminders with how long before the start each is due, the earliest first."""
    return [(kind, timer(f"REMINDER_{kind}")) for kind in ReminderKind]


def next_reminder(starts_at: datetime, *, after: datetime) -> datetime | None:
    """When the next reminder falls due after the moment; None where there is none left."""
    return next((starts_at - lead for _kind, lead in leads() if starts_at - lead > after), None)


def reminder_of(starts_at: datetime, *, at: datetime) -> ReminderKind | None:
    """The reminder that is of use now: the last that has fallen due; none before the first, and from the start on."""
    due = [kind for kind, lead in leads() if starts_at - lead <= at < starts_at]
    return due[-1] if due else None


def useful_until(kind: ReminderKind, starts_at: datetime) -> datetime:
    """From when on the reminder says nothing that the next one does not say, or nothing that helps."""
    later = [lead for other, lead in leads()[list(ReminderKind).index(kind) + 1 :]]
    return starts_at - max(later, default=timedelta(0))
