"""Sweeps: what must happen later is a row with a due time; a sweep claims due rows in batches and acts on them.

An app registers its sweeps in ``<app>/sweeps.py``. Celery Beat runs them by a schedule that ops can edit; the
sandbox's time machine runs them in the order in which their rows fall due.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django_celery_beat.models import PeriodicTask

from apps.core import clock
from apps.core.conf import setting
from apps.core.models import SweepHeartbeat

logger = logging.getLogger(__name__)

BATCH = 500
MAX_BATCHES = 2_000
CRONTAB_TICK = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """``run(at, limit)`` acts on at most ``limit`` due rows and answers on how many; ``next_due()`` when the next is."""

    name: str
    every: timedelta
    run: Callable[[datetime, int], int]
    next_due: Callable[[], datetime | None] | None
    batch: int
    queue: str


_registry: dict[str, Sweep] = {}


def sweep(
    name: str,
    *,
    every: timedelta,
    next_due: Callable[[], datetime | None] | None = None,
    batch: int = BATCH,
    queue: str = "default",
) -> Callable[[Callable[[datetime, int], int]], Callable[[datetime, int], int]]:
    """Registers the decorated function as the sweep ``name``, run every ``every`` unless a setting or ops say otherwise."""

    def register(run: Callable[[datetime, int], int]) -> Callable[[datetime, int], int]:
        if name in _registry and _registry[name].run is not run:
            raise ValueError(f"Two sweeps are called {name}")
        period: timedelta = setting("SWEEP_PERIOD")(name, every)
        _registry[name] = Sweep(name=name, every=period, run=run, next_due=next_due, batch=batch, queue=queue)
        return run

    return register


def registered() -> list[Sweep]:
    """Every sweep of the project, by name."""
    return sorted(_registry.values(), key=lambda each: each.name)


def run_sweep(name: str, *, at: datetime | None = None) -> int:
    """Everything due for the sweep has been acted on; answers how many rows. Safe to run in several places at once."""
    chosen = _registry[name]
    moment = at or clock.now()
    total = 0
    for _ in range(MAX_BATCHES):
        processed = chosen.run(moment, chosen.batch)
        total += processed
        if processed < chosen.batch:
            break
    return total


def run_tick(name: str) -> int | None:
    """Runs the sweep for one tick of Beat; None when another Beat has already taken this tick."""
    chosen = _registry[name]
    at = clock.now()
    if not _take_tick(chosen, at=at):
        return None
    error, total = "", 0
    try:
        total = run_sweep(name, at=at)
    except Exception as caught:
        error = f"{type(caught).__name__}: {caught}"[:2000]
        raise
    finally:
        SweepHeartbeat.objects.filter(name=name).update(finished_at=clock.now(), processed=total, last_error=error)
    return total


def _take_tick(chosen: Sweep, *, at: datetime) -> bool:
    created = SweepHeartbeat.objects.bulk_create(
        [SweepHeartbeat(name=chosen.name, started_at=at - 2 * chosen.every)], ignore_conflicts=True
    )
    every = _period_of(chosen)
    stale = Q(started_at__lte=at - every / 2) | Q(started_at__gt=at + every)
    return bool(created) and SweepHeartbeat.objects.filter(stale, name=chosen.name).update(started_at=at) == 1


def _period_of(chosen: Sweep) -> timedelta:
    """How often the sweep runs: as ops have scheduled it, or else as it was registered."""
    task = PeriodicTask.objects.select_related("interval", "crontab").filter(name=chosen.name).first()
    if task is not None and task.interval is not None:
        return timedelta(**{task.interval.period: task.interval.every})
    # A crontab's ticks are whole minutes, so two Beats are told apart by half a minute.
    return CRONTAB_TICK if task is not None and task.crontab is not None else chosen.every
