"""What happens every night: each gateway's day, once it is over there, and whatever was interrupted."""

from datetime import date, datetime, timedelta

from django.db.models import F

from apps.core.conf import timer
from apps.core.errors import DomainError
from apps.payments.gateways.registry import configured
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.operations.reconcile import day_of, last_day, reconcile
from apps.reconciliation.states import UNFINISHED_RUNS

CATCH_UP = timedelta(days=7)


def carry_on_due(at: datetime, limit: int) -> int:
    """Up to ``limit`` runs that are due were done, or were interrupted once more; one gateway does not hold up another."""
    due = [(moment, gateway, day) for moment, gateway, day in due_runs(at) if moment <= at]
    done = 0
    for _, gateway, day in sorted(due)[:limit]:
        try:
            reconcile(gateway=gateway, day=day, by=None, at=at)
        except DomainError:  # somebody else runs it at this moment
            continue
        done += 1
    return done


def due_runs(at: datetime) -> list[tuple[datetime, str, date]]:
    """For each gateway what is to be run next, and when: what was interrupted first."""
    unfinished = {run.gateway: run for run in ReconciliationRun.objects.unfinished()}
    found = []
    for gateway in configured():
        run = unfinished.get(gateway)
        if run is not None and run.next_attempt_at is not None:
            found.append((run.next_attempt_at, gateway, run.day))
        else:
            day = _next_day(gateway, at)
            found.append((day_of(gateway, day)[1] + timer("RECONCILE_AFTER_MIDNIGHT"), gateway, day))
    return found


def _next_day(gateway: str, at: datetime) -> date:
    """The day after the last one that was compared once it was over; days too long ago are left to people."""
    after = timer("RECONCILE_AFTER_MIDNIGHT")
    runs = ReconciliationRun.objects.filter(gateway=gateway, started_at__gte=F("ends_at") + after)
    last = runs.exclude(state__in=UNFINISHED_RUNS).order_by("-day").values_list("day", flat=True).first()
    yesterday = last_day(gateway, at)
    if last is None:
        return yesterday
    return max(last + timedelta(days=1), yesterday - CATCH_UP)


def next_due(at: datetime) -> datetime | None:
    """When the next run is due."""
    return min((moment for moment, _, _ in due_runs(at)), default=None)
