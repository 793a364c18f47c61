"""One run: prepare (a row, leased), read (the gateway's lists, part by part), judge, record."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from apps.core import audit
from apps.core.conf import setting
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import configured
from apps.reconciliation import notices
from apps.reconciliation.errors import AlreadyReconciling, DayNotOver, UnknownGatewayName
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.operations.judge import judge
from apps.reconciliation.operations.read import read_lists
from apps.reconciliation.operations.record import record_findings
from apps.reconciliation.operations.types import OnStep
from apps.reconciliation.states import RunState

LEASE = timedelta(minutes=30)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=2)
MAX_ATTEMPTS = 8
_ENDED_DAYS = timedelta(days=1)


def reconcile(
    *, gateway: str, day: date | None = None, by: Any, at: datetime, on_step: OnStep | None = None
) -> ReconciliationRun:
    """The gateway's day, or its last whole one, is compared with our records; an interrupted run of it goes on.

    A gateway that does not answer leaves the run INTERRUPTED: it goes on by itself. Must be called outside a
    transaction. Raises: UnknownGatewayName, DayNotOver, AlreadyReconciling.
    """
    if gateway not in configured():
        raise UnknownGatewayName
    run = begin_run(gateway=gateway, day=day or last_day(gateway, at), by=by, at=at)
    return carry_on(run, at=at, on_step=on_step)


def last_day(gateway: str, at: datetime) -> date:
    """The last day that is over where the gateway counts its days."""
    return (at.astimezone(zone_of(gateway)) - _ENDED_DAYS).date()


def zone_of(gateway: str) -> ZoneInfo:
    """By whose clock the gateway counts its days."""
    return ZoneInfo(setting("GATEWAY_TIME_ZONES").get(gateway, "UTC"))


def day_of(gateway: str, day: date) -> tuple[datetime, datetime]:
    """The gateway's day in moments, half-open."""
    zone = zone_of(gateway)
    return datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone)


@transaction.atomic
def begin_run(*, gateway: str, day: date, by: Any, at: datetime) -> ReconciliationRun:
    """A run of that day is ours alone until its lease ends: a new one, or the one that was interrupted."""
    run: ReconciliationRun | None = ReconciliationRun.objects.unfinished().locked().filter(gateway=gateway).first()
    if run is not None:
        if run.day != day or (run.state == RunState.RUNNING and run.is_leased(at)):
            raise AlreadyReconciling
        return _resumed(run, at=at)
    starts_at, ends_at = day_of(gateway, day)
    if starts_at > at:
        raise DayNotOver
    try:
        with transaction.atomic():
            run = ReconciliationRun.objects.create(
                gateway=gateway, day=day, starts_at=starts_at, ends_at=ends_at, asked_by=by, started_at=at,
                next_attempt_at=at + LEASE, created_at=at,
            )  # fmt: skip
    except IntegrityError as error:  # somebody else began one a moment ago
        raise AlreadyReconciling from error
    if by is not None:
        audit.record("reconciliation.asked", target=run, by=by, at=at, after={"gateway": gateway, "day": str(day)})
    return run


def _resumed(run: ReconciliationRun, *, at: datetime) -> ReconciliationRun:
    if run.state == RunState.RUNNING:  # whoever ran it died
        run.interrupt(problem="It stopped half-way.", next_attempt_at=at)
        run.save()
    run.resume(leased_until=at + LEASE)
    run.save()
    return run


def carry_on(run: ReconciliationRun, *, at: datetime, on_step: OnStep | None = None) -> ReconciliationRun:
    """The run is done, or interrupted because the gateway did not answer."""
    try:
        read_lists(run, at=at, on_step=on_step)
        findings = judge(run, at=at)
    except GatewayError as error:
        return note_no_answer(run_id=run.pk, problem=str(error), at=at)
    return record_findings(run_id=run.pk, findings=findings, at=at)


@transaction.atomic
def note_no_answer(*, run_id: UUID, problem: str, at: datetime) -> ReconciliationRun:
    """The run goes on later; operations know, and after too many attempts that nobody waits any more."""
    run: ReconciliationRun = ReconciliationRun.objects.locked().get(pk=run_id)
    run.interrupt(problem=problem, next_attempt_at=at + min(FIRST_PAUSE * 2 ** (run.attempts - 1), LONGEST_PAUSE))
    run.save()
    if run.attempts >= MAX_ATTEMPTS:
        run.fail(at=at)
        run.save()
    if run.attempts == 1 or run.state == RunState.FAILED:
        notices.tell_no_answer(run, at=at)
    audit.record("reconciliation.no_answer", target=run, by=None, at=at, reason=run.problem)
    return run
