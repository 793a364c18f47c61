"""What falls due: unpaid bookings, unapproved ones, jobs that nobody started or completed."""

from datetime import datetime, timedelta

from apps.availability.queries import next_overrun
from apps.bookings import operations
from apps.bookings.models import (
    AddedExtra,
    Booking,
    JobPosition,
    RankingReview,
    ReplacementOffer,
    SosAlarm,
    WaitingEntry,
)
from apps.bookings.states import RECOVERING, BookingStatus, ExtraState, WaitState
from apps.core.conf import timer
from apps.core.sweeps import sweep


def _next_expiry() -> datetime | None:
    return Booking.objects.unpaid().order_by("expires_at").values_list("expires_at", flat=True).first()


def _next_start_unapproved() -> datetime | None:
    return Booking.objects.awaiting_approval().order_by("starts_at").values_list("starts_at", flat=True).first()


def _next_start_declined() -> datetime | None:
    declined = Booking.objects.filter(status__in=RECOVERING)
    return declined.order_by("starts_at").values_list("starts_at", flat=True).first()


def _next_alert() -> datetime | None:
    silent = ReplacementOffer.objects.open().filter(alerted_at__isnull=True)
    return silent.order_by("alert_at").values_list("alert_at", flat=True).first()


def _next_clearing() -> datetime | None:
    return RankingReview.objects.open().order_by("clears_at").values_list("clears_at", flat=True).first()


def _next_question() -> datetime | None:
    asked = Booking.objects.filter(
        ask_at__isnull=False, status__in=[BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS]
    )
    return asked.order_by("ask_at").values_list("ask_at", flat=True).first()


def _next_reminder() -> datetime | None:
    near = Booking.objects.filter(remind_at__isnull=False)
    return near.order_by("remind_at").values_list("remind_at", flat=True).first()


def _next_block() -> datetime | None:
    untold = AddedExtra.objects.filter(state=ExtraState.DUE, blocked_told_at__isnull=True)
    return untold.order_by("block_at").values_list("block_at", flat=True).first()


def _next_repeat() -> datetime | None:
    waiting = SosAlarm.objects.filter(next_alert_at__isnull=False)
    return waiting.order_by("next_alert_at").values_list("next_alert_at", flat=True).first()


def _next_forgetting() -> datetime | None:
    oldest = JobPosition.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return None if oldest is None else oldest + timer("JOB_POSITIONS_KEPT")


@sweep("bookings.expire_unpaid", every=timedelta(minutes=1), next_due=_next_expiry, queue="critical")
def expire_unpaid(at: datetime, limit: int) -> int:
    """Nobody holds time that they did not pay for in time."""
    return operations.expire_overdue(at=at, limit=limit)


@sweep("bookings.lapse_unapproved", every=timedelta(minutes=1), next_due=_next_start_unapproved, batch=100)
def lapse_unapproved(at: datetime, limit: int) -> int:
    """Nobody's money stays with a booking that was not approved before its start."""
    return operations.lapse_unapproved(at=at, limit=limit)


@sweep(
    "bookings.lapse_declined", every=timedelta(minutes=1), next_due=_next_start_declined, batch=100, queue="critical"
)
def lapse_declined(at: datetime, limit: int) -> int:
    """Nobody's money stays with a booking for which nobody was found."""
    return operations.lapse_declined(at=at, limit=limit)


@sweep("bookings.alert_of_silence", every=timedelta(minutes=1), next_due=_next_alert, queue="critical")
def alert_of_silence(at: datetime, limit: int) -> int:
    """Owners know of customers who have not answered the replacement that they were offered."""
    return operations.alert_of_silence(at=at, limit=limit)


@sweep("bookings.clear_reviews", every=timedelta(minutes=5), next_due=_next_clearing, batch=100)
def clear_reviews(at: datetime, limit: int) -> int:
    """Nobody stays under Ranking Review when their window has cleared."""
    return operations.clear_reviews(at=at, limit=limit)


@sweep("bookings.tell_blocked", every=timedelta(minutes=15), next_due=_next_block, batch=100)
def tell_blocked(at: datetime, limit: int) -> int:
    """Customers know that what they left unpaid keeps them from booking."""
    return operations.tell_blocked(at=at, limit=limit)


@sweep("bookings.repeat_sos", every=timedelta(minutes=1), next_due=_next_repeat, batch=100, queue="critical")
def repeat_sos(at: datetime, limit: int) -> int:
    """Nobody's call for help stays unheard: it is told again until somebody acknowledges it."""
    return operations.repeat_sos(at=at, limit=limit)


@sweep("bookings.forget_positions", every=timedelta(hours=6), next_due=_next_forgetting)
def forget_positions(at: datetime, limit: int) -> int:
    """Where somebody worked is kept no longer than it has to be."""
    return operations.forget_positions(at=at, limit=limit)


@sweep("bookings.ask_about_overdue", every=timedelta(minutes=5), next_due=_next_question, batch=100)
def ask_about_overdue(at: datetime, limit: int) -> int:
    """Jobs that nobody started or completed have been asked about."""
    return operations.ask_about_overdue(at=at, limit=limit)


@sweep("bookings.send_reminders", every=timedelta(minutes=5), next_due=_next_reminder, batch=200)
def send_reminders(at: datetime, limit: int) -> int:
    """Customers and staff have been reminded of what is near."""
    return operations.send_reminders(at=at, limit=limit)


@sweep("bookings.warn_of_overruns", every=timedelta(minutes=1), next_due=next_overrun, batch=100)
def warn_of_overruns(at: datetime, limit: int) -> int:
    """Whoever waits for a job that cannot begin in time knows of it."""
    return operations.warn_of_overruns(at=at, limit=limit)


def _next_lapse() -> datetime | None:
    offered = WaitingEntry.objects.filter(state=WaitState.OFFERED).order_by("offer_expires_at")
    waiting = WaitingEntry.objects.filter(state=WaitState.WAITING).order_by("waits_until")
    moments = (
        offered.values_list("offer_expires_at", flat=True).first(), waiting.values_list("waits_until", flat=True).first(),
    )  # fmt: skip
    return min((moment for moment in moments if moment is not None), default=None)


@sweep("bookings.lapse_offers_of_seats", every=timedelta(minutes=1), next_due=_next_lapse, batch=100, queue="critical")
def lapse_offers_of_seats(at: datetime, limit: int) -> int:
    """No seat waits longer than half an hour for somebody who does not answer, and nobody for a session that has begun."""
    return max(operations.lapse_offers(at=at, limit=limit), operations.end_waits(at=at, limit=limit))
